/**
 * A configured place that pictures come from. A driver reads one file of it; everything else (remembering, freshness,
 * byte caps on disk, one fetch for many askers) is done once, in `source-cache.ts`.
 */

/** What an origin said about the version it sent; sent back to ask whether it still holds. */
export interface Validators {
  readonly etag?: string
  readonly lastModified?: string
}

/** Where a file lies inside an origin. */
export interface OriginPlace {
  /** Decoded path without a leading slash; for a web proxy the absolute URL. */
  readonly path: string
  /** Parameters that the origin is to be asked with, already chosen by its settings. Without the question mark. */
  readonly query: string
}

export type OriginAnswer =
  /** What is remembered still holds. */
  | { readonly kind: 'unchanged'; readonly headers: ReadonlyMap<string, string> }
  | {
      readonly kind: 'found'
      readonly headers: ReadonlyMap<string, string>
      readonly validators: Validators
      /** Once; fails when it breaks off or is too long. Consume it or call `discard`. */
      readonly body: AsyncIterable<Uint8Array>
      discard(): void
    }

/** A file on its way into an origin. */
export interface NewObject {
  /** As in `OriginPlace`. */
  readonly path: string
  readonly bytes: Uint8Array
  readonly mediaType: string
  /** Whether what lies at the path may be replaced. */
  readonly overwrite: boolean
  /** Kept with the object, so that its writer knows it again: printable ASCII. */
  readonly mark?: string | undefined
  readonly signal: AbortSignal
}

export interface WrittenObject {
  /** As the origin sent it. */
  readonly etag: string | undefined
}

/** What lies at a path, as far as a writer asks. */
export interface FoundObject extends WrittenObject {
  /** As it was written with the object. */
  readonly mark: string | undefined
}

export interface Origin {
  /**
   * Reads a file, or learns that the known version still holds.
   * @throws Problem `origin/…`, `source/too-large`
   */
  read(place: OriginPlace, known: Validators | undefined): Promise<OriginAnswer>
  /**
   * Absent where nothing can be written.
   * @throws Problem `origin/exists`, `origin/…`
   */
  write?(object: NewObject): Promise<WrittenObject>
  /**
   * Beside `write`. `undefined` for what is not there, and for what may not be looked at: buckets need not tell one from
   * the other.
   * @throws Problem `origin/…`
   */
  look?(place: Pick<NewObject, 'path' | 'signal'>): Promise<FoundObject | undefined>
}
