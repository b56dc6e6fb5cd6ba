/**
 * Port for where original bytes live. Keys are ours (`project/aa/hash`), never a caller's text.
 *
 * What only some back ends can do is an optional method, so callers choose instead of failing.
 */
export interface ObjectInfo {
  readonly key: string
  readonly size: number
  /** Unix milliseconds. */
  readonly modifiedAt: number
}

export interface ByteRange {
  /** First byte, inclusive. */
  readonly start: number
  /** Last byte, inclusive; to the end when absent. */
  readonly end?: number
}

export interface StoredObject {
  readonly info: ObjectInfo
  /** Must be read to the end or cancelled. */
  readonly body: ReadableStream<Uint8Array>
}

/** Bytes, a stream of them, or a complete local file the driver may link instead of copying. */
export type StorageBody = Uint8Array | ReadableStream<Uint8Array> | { readonly path: string }

export interface DirectUploadBounds {
  readonly minBytes: number
  readonly maxBytes: number
  /** Exactly this is what the client has to say; anything when absent. */
  readonly contentType: string | undefined
  /** Unix milliseconds. */
  readonly expiresAt: number
}

/** Posted as multipart/form-data: the fields in this order, then the bytes as `file`. */
export interface DirectUpload {
  readonly url: string
  readonly fields: Readonly<Record<string, string>>
}

export interface StorageDriver {
  readonly name: string
  head(key: string, options?: { readonly signal?: AbortSignal }): Promise<ObjectInfo | undefined>
  get(
    key: string,
    options?: { readonly range?: ByteRange; readonly signal?: AbortSignal },
  ): Promise<StoredObject | undefined>
  /** Durable and complete when it resolves: a reader never sees a part, a power cut never loses it. Replaces. */
  put(key: string, body: StorageBody, options?: { readonly signal?: AbortSignal }): Promise<void>
  /** Missing keys are no error. Nothing is sent any more once the signal is given. */
  delete(keys: readonly string[], options?: { readonly signal?: AbortSignal }): Promise<void>
  /** Objects whose key starts with `prefix`, in key order, one page at a time. */
  list(
    prefix: string,
    options?: { readonly cursor?: string; readonly limit?: number },
  ): Promise<{ readonly objects: readonly ObjectInfo[]; readonly cursor?: string }>
  /** Where objects are local files: the path of one; it may vanish when the object is deleted. */
  localPath?(key: string): string
  /**
   * Where a killed process can leave parts of a put behind that nobody lists: removes those begun before `before`
   * (Unix milliseconds), and returns how many.
   */
  removeUnfinished?(before: number): Promise<number>
  /** Where clients reach the back end themselves: a form that puts one object, as often as they like while it lasts. */
  directUpload?(key: string, bounds: DirectUploadBounds): DirectUpload
  close?(): Promise<void>
}

/** The storage did not do what it was told, after all retries: the operator's business. The message names no secret. */
export class StorageError extends Error {
  override readonly name = 'StorageError'
  /** What the back end answered; `undefined` when it was not reached. */
  readonly status: number | undefined

  constructor(message: string, options: { readonly status?: number; readonly cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.status = options.status
  }
}

/** The storage that was configured cannot be used; the message is for the operator. */
export class StorageStartError extends Error {
  override readonly name = 'StorageStartError'
}

/** @throws TypeError unless the key is one of ours: slash-separated names of `[A-Za-z0-9_-]`, none starting with a dot */
export function assertStorageKey(key: string): void {
  if (!isStorageKey(key)) throw new TypeError(`Not a storage key: ${JSON.stringify(key.slice(0, 80))}`)
}

export function isStorageKey(key: string): boolean {
  return key.length <= 512 && /^[A-Za-z0-9_-]+(?:\/[A-Za-z0-9_-]+)*$/.test(key)
}
