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
  /** `<project>/<asset>` → its paths. */
  readonly #owners = new Map<string, Set<string>>()
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
    const owned = this.#owners.get(ownerOf(path))
    if (owned === undefined) this.#owners.set(ownerOf(path), new Set([path]))
    else owned.add(path)
  }

  /** Paths of the entries of an owner, `<project>/<asset>`. */
  ownedBy(owner: string): readonly string[] {
    return [...(this.#owners.get(owner) ?? [])]
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
    const owned = this.#owners.get(ownerOf(path))
    owned?.delete(path)
    if (owned?.size === 0) this.#owners.delete(ownerOf(path))
  }

  /** Takes out the oldest entries until `fileBytes` more fit under `capacity`; the caller deletes their files. */
  makeRoom(fileBytes: number, capacity: number): string[] {
    const gone: string[] = []
    const limit = capacity - onDisk(fileBytes)
    for (const path of this.#entries.keys()) {
      if (this.#bytes <= limit) break
      this.remove(path)
      gone.push(path)
    }
    return gone
  }
}

export function onDisk(fileBytes: number): number {
  return Math.ceil(fileBytes / blockBytes) * blockBytes
}

function ownerOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'))
}
