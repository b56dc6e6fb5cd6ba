/**
 * What lies in the cache directory, least recently used first, with a running total of bytes.
 *
 * Sizes are rounded up to whole disk blocks: the bound is about the disk, not about the sum of the files.
 */
export interface IndexedVariant {
  /** `<project>/<asset>/<address>`, relative to the cache directory. */
  readonly path: string
  readonly bytes: number
}

const blockBytes = 4096

export class VariantIndex {
  readonly #entries = new Map<string, number>()
  #bytes = 0

  get size(): number {
    return this.#entries.size
  }

  /** Bytes on disk, reservations included. */
  get bytes(): number {
    return this.#bytes
  }

  has(path: string): boolean {
    return this.#entries.has(path)
  }

  /** Puts an entry at the young end. */
  add(path: string, fileBytes: number): void {
    this.remove(path)
    const bytes = onDisk(fileBytes)
    this.#entries.set(path, bytes)
    this.#bytes += bytes
  }

  /** Marks an entry as just used. */
  touch(path: string): void {
    const bytes = this.#entries.get(path)
    if (bytes === undefined) return
    this.#entries.delete(path)
    this.#entries.set(path, bytes)
  }

  remove(path: string): void {
    const bytes = this.#entries.get(path)
    if (bytes === undefined) return
    this.#entries.delete(path)
    this.#bytes -= bytes
  }

  /** Takes out the oldest entries until `fileBytes` more fit under `capacity`; the caller deletes their files. */
  makeRoom(fileBytes: number, capacity: number): string[] {
    const gone: string[] = []
    const limit = capacity - onDisk(fileBytes)
    for (const [path, bytes] of this.#entries) {
      if (this.#bytes <= limit) break
      this.#entries.delete(path)
      this.#bytes -= bytes
      gone.push(path)
    }
    return gone
  }
}

export function onDisk(fileBytes: number): number {
  return Math.ceil(fileBytes / blockBytes) * blockBytes
}
