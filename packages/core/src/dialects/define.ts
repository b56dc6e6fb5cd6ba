/**
 * A request language: text in, `ImageRequest` out, and back.
 *
 * `parse` is pure, total (throws nothing but Problem) and bounded; an unknown key is a Problem unless the
 * vendor's contract is lenient. Vendor words and defaults never leave the dialect's file.
 */

import type { Format } from '../formats/formats.ts'
import type { Limits } from '../limits/limits.ts'
import type { Seen } from '../operations/seen.ts'
import type { Problem, ProblemMember } from '../problem/index.ts'
import type { ImageRequest } from '../request/image-request.ts'
import type { AcceptBucket } from '../request/negotiate.ts'

/** Request headers beside `Accept` that a dialect may look at; what it looked at goes into `delivery.vary`. */
export type HintHeader = 'dpr' | 'width' | 'viewport-width' | 'save-data' | 'sec-ch-dpr' | 'sec-ch-width'

/** The raw request target behind the mount (`/i/{project}/`), nothing decoded. */
export interface DialectTarget {
  readonly path: string
  /** Without the question mark; empty when there is none. */
  readonly query: string
  readonly accept: AcceptBucket
  /** Address of the mount as the client wrote it, without a slash at the end: `https://img.example/iiif/3/demo`. */
  readonly base: string
  /** `Accept` as sent; only for documents, never for choosing an image. */
  readonly acceptText: string
  readonly hints: Readonly<Partial<Record<HintHeader, string>>>
}

/** Another spelling of the URL that the client should use. */
export interface Redirect {
  readonly status: 301 | 302 | 303
  readonly location: string
}

/** What the header of a source says; see the engine's `HeaderFacts`. */
export interface SourceFacts {
  readonly format: Format
  /** Stored size of one frame, before EXIF orientation. */
  readonly width: number
  readonly height: number
  readonly orientation: number
  readonly pages: number
  readonly hasAlpha: boolean
  readonly channels: number
  readonly space: string
  /** Bits per channel; absent where a stored header was read by an earlier version. */
  readonly depth?: number
  readonly density?: number
  readonly isProgressive: boolean
  readonly sizeBytes: number
}

/** A document about an image, in a vendor's own form. */
export interface DialectDocument {
  readonly contentType: string
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

/** What a preset says: parameters in its dialect's own words. */
export type PresetBody = Readonly<Record<string, string | number | boolean>>

/** What a project says to one dialect alone, in that dialect's words and normal form. */
export type DialectSettings = Readonly<Record<string, unknown>>

/** Project facts a dialect may read. Plain data: a dialect never does I/O. */
export interface DialectContext {
  readonly limits: Limits
  readonly deliveryFormats: readonly Format[]
  readonly defaultQuality?: number
  readonly defaultFitMode?: 'cover' | 'contain' | 'fill' | 'scale-down'
  readonly defaultMaxWidth?: number
  readonly defaultMaxHeight?: number
  /** Presets of the dialect that parses, by name; those of other dialects are not its own. */
  readonly presets: ReadonlyMap<string, PresetBody>
  /** Settings of the dialect that parses; the same object until they change. */
  readonly settings?: DialectSettings
  /** The project's own watermark is laid over everything, whatever a request says. */
  readonly isMarked?: boolean
}

export interface DialectError {
  readonly status: number
  readonly contentType: string
  readonly body: string
  /** Printable ASCII. */
  readonly headers?: Readonly<Record<string, string>>
}

export interface Dialect<N extends string = string> {
  readonly name: N
  /** One or two path segments on the single host: `i` mounts at `/i/{project}/…`, `iiif/3` at `/iiif/3/{project}/…`. */
  readonly mount: string
  /** Beginning of every path in the vendor's own URLs, where they have one (`cdn-cgi/`): found on any project's host. */
  readonly ownPath?: string
  parse(target: DialectTarget, context: DialectContext): ImageRequest
  /** A redirect that answers the target without looking at any image; `undefined` for all others. */
  redirect?(target: DialectTarget): Redirect | undefined
  /**
   * Inverse of `parse` up to canonical form: the path behind the mount, query included, without signature.
   * @throws Problem `pipeline/invalid` when the language has no words for the request
   */
  format?(request: ImageRequest): string
  /**
   * Checks the body of a preset before it is stored; absent where the language has no words to name one. `context` is
   * that of `parse`: the project's other presets of the dialect are in it.
   * @throws Problem naming the parameter, when no URL could say it
   */
  checkPreset?(name: string, body: PresetBody, context: DialectContext): void
  /**
   * Checks what a project says to this dialect alone before it is stored, and brings it to its normal form; absent where
   * there is nothing to say.
   * @throws Problem `request/invalid-parameter` with a pointer, and those of `checkPreset`
   */
  checkSettings?(settings: unknown, context: DialectContext): DialectSettings
  /** The vendor's error form. `instance` is the request id, `path` the raw request path. */
  problem(problem: Problem, about: { readonly instance: string; readonly path: string }): DialectError
  /** The vendor's form of a metadata request's answer; ours when absent. `seen` is there when the request `sees`. */
  describe?(facts: SourceFacts, request: ImageRequest, target: DialectTarget, seen?: Seen): DialectDocument
  /** Names of the headers that `describe`, `decorate` and `problem` add, for pages of other sites to read. */
  readonly headerNames?: readonly string[]
  /** Extra response headers of the vendor. They may be stored with the answer, and serve every host name. */
  decorate?(
    request: ImageRequest,
    facts: SourceFacts,
    target: DialectTarget,
  ): Readonly<Record<string, string>>
}

export type ErrorBody = Record<string, ProblemMember | Record<string, ProblemMember>>
