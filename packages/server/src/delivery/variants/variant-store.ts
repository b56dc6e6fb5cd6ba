/**
 * The variant cache on disk: `<dir>/<project>/<asset>/<address>`, bounded in bytes, least recently used goes first.
 *
 * There is no database beside the files: the index is rebuilt by a scan in the background, and a read never needs it.
 * Nothing here is fatal: an unreadable entry is a miss, a full disk means that variants are not kept.
 */
import { randomBytes } from 'node:crypto'
import { mkdir, open, readdir, rename, rmdir, unlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { AssetId } from '../../assets/asset.ts'
import type { Log } from '../../observe/index.ts'
import type { ProjectId } from '../../projects/project.ts'
import { largestHeldBytes, type ReplyBody } from '../reply.ts'
import { scanVariants } from './scan.ts'
import { decodeVariant, encodeHead, type Variant, type VariantMeta, verifyVariant } from './variant-file.ts'
import { onDisk, VariantIndex } from './variant-index.ts'

export interface VariantPlace {
  readonly projectId: ProjectId
  readonly assetId: AssetId
  /** 64 hex digits. */
  readonly address: string
}

export interface VariantStats {
  readonly bytes: number
  readonly entries: number
  readonly evictions: number
  /** Entries that failed their checksum and were deleted. */
  readonly damaged: number
}

/** Bodies that may wait for the first scan to end; more are simply not kept. */
const maxWaitingBytes = 64 * 1024 * 1024
const safeSegment = /^[0-9A-Za-z_-]{1,64}$/

export class VariantStore {
  readonly #dir: string
  readonly #capacity: number
  readonly #log: Log
  readonly #index = new VariantIndex()
  readonly #reads = new Map<string, Promise<Variant | undefined>>()
  /** Paths that are in the index already and on disk soon: when they are. */
  readonly #writing = new Map<string, Promise<void>>()
  /** Marks temporary files of this process, so that its own scan leaves them alone. */
  readonly #instance = randomBytes(4).toString('hex')
  #sequence = 0
  #evictions = 0
  #damaged = 0
  #waitingBytes = 0
  #scan: Promise<void> | undefined

  constructor(options: { readonly dir: string; readonly capacityBytes: number; readonly log: Log }) {
    this.#dir = options.dir
    this.#capacity = options.capacityBytes
    this.#log = options.log
  }

  get stats(): VariantStats {
    return {
      bytes: this.#index.bytes,
      entries: this.#index.size,
      evictions: this.#evictions,
      damaged: this.#damaged,
    }
  }

  /**
   * Finds what earlier runs left, oldest first, deletes what is not a whole entry, and trims to the bound. Runs
   * once; later calls return the same promise. Never rejects.
   */
  scan(): Promise<void> {
    this.#scan ??= this.#runScan()
    return this.#scan
  }

  /** The whole variant, its checksum verified; `undefined` when it is absent or damaged. Waits for one being written. */
  get(place: VariantPlace): Promise<Variant | undefined> {
    const path = pathOf(place)
    const reading = this.#reads.get(path)
    if (reading !== undefined) return reading
    const read = this.#read(path, place.address).finally(() => this.#reads.delete(path))
    this.#reads.set(path, read)
    return read
  }

  /**
   * Keeps a variant unless it is larger than the whole cache or `isOutdated` says that its asset has changed. Returns
   * where its body lies then. Never rejects: a cache that cannot write is a slow cache, not an error.
   */
  async put(
    place: VariantPlace,
    meta: VariantMeta,
    body: Uint8Array,
    isOutdated: () => boolean,
  ): Promise<ReplyBody | undefined> {
    const path = pathOf(place)
    try {
      if (!(await this.#scanned(body.length)) || isOutdated() || this.#index.has(path)) return undefined
      const head = encodeHead(meta, body)
      const size = head.length + body.length
      if (onDisk(size) > this.#capacity) return undefined
      // Room and reservation in one step: others that write meanwhile see both.
      const evicted = this.#evict(size)
      this.#index.add(path, size)
      const written = this.#unlink(evicted).then(() => this.#write(path, head, body, isOutdated))
      this.#writing.set(path, written)
      await written
      return { kind: 'file', path: join(this.#dir, path), offset: head.length, sizeBytes: body.length }
    } catch (error) {
      this.#index.remove(path)
      this.#log.warn({ event: 'variants.not_stored', path, error: (error as Error).message })
      return undefined
    } finally {
      this.#writing.delete(path)
    }
  }

  /**
   * Deletes what was made from an asset before this call. Of an asset that is `gone` also what the scan has not
   * found yet; of one that lives on that would race with its next variants. Resolves when the files are gone.
   */
  async removeAsset(projectId: ProjectId, assetId: AssetId, gone: boolean): Promise<void> {
    const owner = `${segment(projectId)}/${segment(assetId)}`
    await this.#remove(this.#index.ownedBy(owner))
    if (!gone) return
    const names = await readdir(join(this.#dir, owner)).catch(() => [])
    await this.#remove(names.map((name) => `${owner}/${name}`))
    await rmdir(join(this.#dir, owner)).catch(() => undefined)
  }

  /** Deletes everything made for a project that is gone. */
  async removeProject(projectId: ProjectId): Promise<void> {
    const owner = segment(projectId)
    for (const asset of await readdir(join(this.#dir, owner)).catch(() => []))
      await this.removeAsset(projectId, asset as AssetId, true)
    await rmdir(join(this.#dir, owner)).catch(() => undefined)
  }

  async #remove(paths: readonly string[]): Promise<void> {
    for (const path of paths) this.#index.remove(path)
    await this.#unlink(paths)
  }

  async #read(path: string, address: string): Promise<Variant | undefined> {
    await this.#writing.get(path)?.catch(() => undefined)
    const whole = join(this.#dir, path)
    const file = await open(whole, 'r').catch(() => undefined)
    if (file === undefined) {
      // Somebody deleted it; unless it is only just being written.
      if (!this.#writing.has(path)) this.#index.remove(path)
      return undefined
    }
    try {
      const { size } = await file.stat()
      const variant =
        size > largestHeldBytes
          ? await verifyVariant(file, whole, address)
          : decodeVariant(await file.readFile(), address)
      if (variant === undefined) await this.#discard(path, size)
      else if (this.#index.has(path)) this.#index.touch(path)
      else this.#index.add(path, size)
      return variant
    } catch (error) {
      this.#log.warn({ event: 'variants.not_read', path, error: (error as Error).message })
      return undefined
    } finally {
      await file.close().catch(() => undefined)
    }
  }

  async #discard(path: string, sizeBytes: number): Promise<void> {
    this.#damaged++
    this.#index.remove(path)
    this.#log.warn({ event: 'variants.damaged', path, sizeBytes })
    await this.#unlink([path])
  }

  async #write(path: string, head: Buffer, body: Uint8Array, isOutdated: () => boolean): Promise<void> {
    const target = join(this.#dir, path)
    const temporary = `${target}.${this.#instance}-${this.#sequence++}.tmp`
    const ensureCurrent = () => {
      if (isOutdated() || !this.#index.has(path)) throw new Error('the asset changed meanwhile')
    }
    await mkdir(dirname(target), { recursive: true })
    try {
      await writeFile(temporary, [head, body], { flag: 'wx' })
      ensureCurrent()
      await rename(temporary, target)
    } catch (error) {
      await unlink(temporary).catch(() => undefined)
      throw error
    }
    try {
      ensureCurrent()
    } catch (error) {
      await unlink(target).catch(() => undefined)
      throw error
    }
  }

  /** Takes entries out of the index until `fileBytes` fit; their files are the caller's to delete. */
  #evict(fileBytes: number): readonly string[] {
    const evicted = this.#index.makeRoom(fileBytes, this.#capacity)
    this.#evictions += evicted.length
    return evicted
  }

  async #unlink(paths: readonly string[]): Promise<void> {
    for (const path of paths) await unlink(join(this.#dir, path)).catch(() => undefined)
  }

  /** Whether the bound is known; waits for the running scan while few bodies wait with it. */
  async #scanned(bytes: number): Promise<boolean> {
    if (this.#waitingBytes + bytes > maxWaitingBytes) return false
    this.#waitingBytes += bytes
    await this.scan()
    this.#waitingBytes -= bytes
    return true
  }

  async #runScan(): Promise<void> {
    try {
      const found = await scanVariants(this.#dir, this.#instance)
      for (const entry of found.entries)
        if (!this.#index.has(entry.path)) this.#index.add(entry.path, entry.bytes)
      await this.#unlink(this.#evict(0))
      this.#log.info({
        event: 'variants.scanned',
        entries: found.entries.length,
        removed: found.removed,
        ms: found.ms,
      })
    } catch (error) {
      this.#log.error({ event: 'variants.scan_failed', error: (error as Error).message })
    }
  }
}

function pathOf({ projectId, assetId, address }: VariantPlace): string {
  return `${segment(projectId)}/${segment(assetId)}/${segment(address)}`
}

/** Ids are ours and cannot hold separators; this is the last line of defence before the file system. */
function segment(name: string): string {
  if (!safeSegment.test(name)) throw new TypeError(`Not an id that may name a file: ${JSON.stringify(name)}`)
  return name
}
