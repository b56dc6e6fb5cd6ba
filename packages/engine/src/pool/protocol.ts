/** Messages between the server process and a decoding child. Plain data only: they cross a process border. */
import type {
  DecodeOptions,
  Format,
  Limits,
  MadeFormat,
  Pipeline,
  RunOutput,
  SerialisedProblem,
  Sightings,
} from '@fovea/core'

/** A file the child can read, or the bytes themselves. Never a URL: children have no network. */
export type EngineSource = { readonly path: string } | { readonly bytes: Uint8Array }

/** What a header tells without decoding pixels. */
export interface HeaderFacts {
  readonly format: Format
  /** Stored size of one frame, before EXIF orientation. */
  readonly width: number
  readonly height: number
  /** EXIF orientation 1–8; 1 when there is none. */
  readonly orientation: number
  readonly pages: number
  readonly hasAlpha: boolean
  readonly channels: number
  /** sharp's names: `srgb`, `cmyk`, `b-w`, `rgb16`, `grey16`, … */
  readonly space: string
  /** Bits per channel; absent where a stored header was read by an earlier version. */
  readonly depth?: number
  /** Pixels per inch, when the file says so. */
  readonly density?: number
  readonly isProgressive: boolean
  readonly sizeBytes: number
}

export interface ProbeRequest {
  readonly kind: 'probe'
  readonly source: EngineSource
  readonly limits: Limits
}

export interface WantedOutput {
  readonly pipeline: Pipeline
  readonly output: RunOutput
  /** The quality that an earlier search of the same source ended with: saves trials, changes no byte. */
  readonly hint?: number
}

/** What a job is expected to take; `@fovea/core` predicts it from the header facts. */
export interface PredictedCost {
  /** Resident bytes above an idle child. */
  readonly bytes: number
  readonly cpuMs: number
  readonly lane: Lane
  /** Models have to look at the picture. */
  readonly needsModels?: boolean
}

/** Two queues, so that a burst of slow work never keeps the quick work waiting. */
export type Lane = 'fast' | 'slow'

/** How much of each pixel of a picture belongs to its subject, 0–255, row-major. */
export interface Matte {
  readonly data: Uint8Array
  readonly width: number
  readonly height: number
}

export interface RunRequest {
  readonly kind: 'run'
  readonly source: EngineSource
  /** Pictures beside the source, by the key under which the pipelines name them. */
  readonly pictures?: Readonly<Record<string, EngineSource>>
  readonly decode: DecodeOptions
  /** What models saw in the upright source before: they are not asked again. */
  readonly sightings?: Partial<Sightings>
  /** The source's, upright, when an earlier run found it. */
  readonly matte?: Matte | undefined
  /** Several results from one open; common leading work is done once. */
  readonly outputs: readonly WantedOutput[]
  readonly limits: Limits
  /** Somebody wants to know how far long work has come. */
  readonly tellsProgress?: boolean
}

export interface MadeOutput {
  readonly bytes: Uint8Array
  /** A text for an analysis. */
  readonly format: MadeFormat
  /** Size of one frame; of what was described, for an analysis. */
  readonly width: number
  readonly height: number
  readonly pages: number
  readonly passes: number
  /** The quality that a search (`target`, `maxBytes`) ended with. */
  readonly quality?: number
  /** Encodings that a search took. */
  readonly encodes?: number
}

/** An output without what only the run knows. */
export type Encoded = Omit<MadeOutput, 'passes'>

export interface RunResult {
  readonly outputs: readonly MadeOutput[]
  /** The source's, when it had to be looked for. */
  readonly matte?: Matte
  /** Wall milliseconds inside the child, by stage. libvips is lazy: the first pass holds decoding, `encode` the last pass. */
  readonly timings: { readonly open: number; readonly operate: number; readonly encode: number }
}

export type WorkerRequest = (ProbeRequest | RunRequest) & { readonly id: number }

export type WorkerReply =
  | {
      readonly kind: 'ready'
      readonly pid: number
      /** It can read the paths it was asked to prove (`FOVEA_WORKER_READABLE`). */
      readonly isReadable: boolean
      /** It had to compile TypeScript itself: the compile cache is absent or stale. */
      readonly isCold: boolean
    }
  /** Sent at once when a request is taken up: a child that does not acknowledge is dead before it started. */
  | { readonly kind: 'accepted'; readonly id: number }
  /** Of a run that tells: whole percents, 1–100, each more than the last, so there are never many. */
  | { readonly kind: 'progress'; readonly id: number; readonly percent: number }
  | {
      readonly kind: 'done'
      readonly id: number
      readonly result: HeaderFacts | RunResult
      readonly rssBytes: number
    }
  | {
      readonly kind: 'failed'
      readonly id: number
      readonly problem: SerialisedProblem
      /** Stack of an error that was no Problem, for the server's log only. */
      readonly cause?: string
      readonly rssBytes: number
    }
