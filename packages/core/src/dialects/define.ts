/**
 * A request language: text in, `ImageRequest` out, and back.
 *
 * `parse` is pure, total (throws nothing but Problem) and bounded; an unknown key is a Problem unless the
 * vendor's contract is lenient. Vendor words and defaults never leave the dialect's file.
 */

import type { Format } from '../formats/formats.ts'
import type { Limits } from '../limits/limits.ts'
import type { Problem, ProblemMember } from '../problem/index.ts'
import type { ImageRequest } from '../request/image-request.ts'
import type { AcceptBucket } from '../request/negotiate.ts'

/** The raw request target behind the mount (`/i/{project}/`), nothing decoded. */
export interface DialectTarget {
  readonly path: string
  /** Without the question mark; empty when there is none. */
  readonly query: string
  readonly accept: AcceptBucket
}

/** Project facts a dialect may read. Plain data: a dialect never does I/O. */
export interface DialectContext {
  readonly limits: Limits
  readonly deliveryFormats: readonly Format[]
  readonly defaultQuality?: number
  readonly defaultFitMode?: 'cover' | 'contain' | 'fill' | 'scale-down'
  readonly defaultMaxWidth?: number
  readonly defaultMaxHeight?: number
  /** Preset name → its parameters as the dialect spells them. */
  readonly presets: ReadonlyMap<string, Readonly<Record<string, string | number | boolean>>>
}

export interface DialectError {
  readonly status: number
  readonly contentType: string
  readonly body: string
}

export interface Dialect<N extends string = string> {
  readonly name: N
  /** First path segment on the single host: `i` mounts at `/i/{project}/…`. */
  readonly mount: string
  parse(target: DialectTarget, context: DialectContext): ImageRequest
  /**
   * Inverse of `parse` up to canonical form: the path behind the mount, query included, without signature.
   * @throws Problem `pipeline/invalid` when the language has no words for the request
   */
  format?(request: ImageRequest): string
  /** The vendor's error form. `instance` is the request id, `path` the raw request path. */
  problem(problem: Problem, about: { readonly instance: string; readonly path: string }): DialectError
  /** Extra response headers of the vendor. */
  decorate?(request: ImageRequest): Readonly<Record<string, string>>
}

export type ErrorBody = Record<string, ProblemMember | Record<string, ProblemMember>>
