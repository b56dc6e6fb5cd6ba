/**
 * Port for where original bytes live. Keys are ours (`project/aa/hash`), never a caller's text.
 *
 * What a back end cannot do is absent or `false` in `capabilities`, so callers choose instead of failing.
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

export interface StorageCapabilities {
  /** Hands out URLs that clients use directly. */
  readonly presign: boolean
  readonly range: boolean
  readonly multipart: boolean
  /** Objects are local files: `localPath` is there. */
  readonly localPath: boolean
}

export interface StorageDriver {
  readonly name: string
  readonly capabilities: StorageCapabilities
  head(key: string, options?: { readonly signal?: AbortSignal }): Promise<ObjectInfo | undefined>
  get(
    key: string,
    options?: { readonly range?: ByteRange; readonly signal?: AbortSignal },
  ): Promise<StoredObject | undefined>
  /** Durable and complete when it resolves: a reader never sees a part, a power cut never loses it. Replaces. */
  put(key: string, body: StorageBody, options?: { readonly signal?: AbortSignal }): Promise<ObjectInfo>
  /** Missing keys are no error. */
  delete(keys: readonly string[]): Promise<void>
  /** Objects whose key starts with `prefix`, in key order, one page at a time. */
  list(
    prefix: string,
    options?: { readonly cursor?: string; readonly limit?: number },
  ): Promise<{ readonly objects: readonly ObjectInfo[]; readonly cursor?: string }>
  /** Path of the file that holds an object; it may vanish when the object is deleted. */
  localPath?(key: string): string
}

/** @throws TypeError unless the key is one of ours: slash-separated names of `[A-Za-z0-9_-]`, none starting with a dot */
export function assertStorageKey(key: string): void {
  if (!/^[A-Za-z0-9_-]+(?:\/[A-Za-z0-9_-]+)*$/.test(key) || key.length > 512) {
    throw new TypeError(`Not a storage key: ${JSON.stringify(key.slice(0, 80))}`)
  }
}
