/** A project as delivery and the API see it: plain data, cached in memory, replaced whole when it changes. */
import type { DialectContext, DialectName, DialectSettings, Format, Operation, PresetBody } from '@fovea/core'
import type { ProjectState } from './project-states.ts'

export type ProjectId = string & { readonly __brand: 'ProjectId' }

/**
 * `open`: anyone may ask for any variant of a public asset. `listed`: without a signature only presets and the listed
 * sizes. `signed`: every delivery URL needs a signature.
 */
export type AccessMode = 'open' | 'listed' | 'signed'

/** Parameters of the operation `overlay`, whose picture is an upload of the project. */
export type Watermark = Omit<Extract<Operation, { readonly op: 'overlay' }>, 'op' | 'picture'> & {
  readonly picture: { readonly asset: string }
}

export interface ProjectSettings {
  readonly access: AccessMode
  /** `640`, `640x480`, `x480`: what an unsigned URL may ask for when access is `listed`. */
  readonly listedSizes: readonly string[]
  /** Qualities such a URL may ask for. */
  readonly listedQualities: readonly number[]
  /** Hosts (`*.host` with subdomains) whose pages may show the pictures; empty = all. Requests without a referrer pass. */
  readonly allowedReferrers: readonly string[]
  readonly deliveryFormats: readonly Format[]
  readonly defaultQuality: number | null
  readonly defaultFitMode: NonNullable<DialectContext['defaultFitMode']> | null
  readonly defaultMaxWidth: number | null
  readonly defaultMaxHeight: number | null
  /** Untouched originals are sent as stored (false) or re-encoded without metadata (true). */
  readonly stripOriginals: boolean
  /** Laid over every picture that is delivered, after everything else; null = none. */
  readonly watermark: Watermark | null
  /** Untouched originals carry it too, and are re-encoded for that; false = they are sent as stored. */
  readonly watermarkOriginals: boolean
  /** `Cache-Control` of bare delivery URLs; null = the default of delivery/cache-control.ts. */
  readonly cacheControl: string | null
  /** What the project says to one dialect alone, by its name. */
  readonly dialects: { readonly [name in DialectName]?: DialectSettings }
  /** img-src account settings that only the console uses. */
  readonly theme: string
  readonly language: string
}

export interface SigningSecret {
  readonly kid: string
  /** The text clients sign with; HMAC keys are its UTF-8 bytes. */
  readonly secret: string
}

export interface Preset {
  readonly id: string
  /** Whose words `params` speaks, and whose URLs may name it. */
  readonly dialect: DialectName
  /** Unique among those of the project and dialect; case matters. */
  readonly name: string
  readonly description: string | null
  readonly params: PresetBody
  /** Of what it says now; from 1, one more with every change. */
  readonly version: number
  /** Unix seconds. */
  readonly createdAt: number
  readonly updatedAt: number
  readonly usageCount: number
}

/** What a preset said from some moment on. */
export interface PresetVersion extends Pick<Preset, 'version' | 'name' | 'description' | 'params'> {
  /** Unix seconds. */
  readonly createdAt: number
}

/** A host name of a project. */
export interface Domain {
  /** Lower case, without port. */
  readonly host: string
  /** Spoken by paths that name no mount. */
  readonly dialect: DialectName
  /** Name of the origin such paths come from; `null` = by path. */
  readonly origin: string | null
  /** Unix milliseconds. */
  readonly createdAt: number
}

export interface Project {
  readonly id: ProjectId
  readonly slug: string
  readonly name: string
  /** Part of every cache address: a project purge is one increment. */
  readonly generation: number
  readonly state: ProjectState
  /** The operator's words, for people. */
  readonly stateReason: string | null
  readonly settings: ProjectSettings
  /** Of all dialects. */
  readonly presets: readonly Preset[]
  /** Newest first; at most two are live. */
  readonly signingSecrets: readonly SigningSecret[]
}
