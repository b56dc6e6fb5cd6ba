/**
 * The bytes of originals, content-addressed inside a project.
 *
 * Rows decide what exists: a file without a row is left over and may go, a row without a file must never be. So a
 * file is stored before its row is committed, and removed only under the lock that keeps new rows out; from a bucket,
 * which may take its time, after it was announced under that lock.
 */
import { problem } from '@fovea/core'
import { type Database, lockProject, type Queries, type Step } from '../db/index.ts'
import type { ProjectId } from '../projects/index.ts'
import {
  type HeldFile,
  type LocalCopies,
  type StorageBody,
  type StorageDriver,
  StorageError,
} from '../storage/index.ts'
import type { BlobHash } from './asset.ts'
import { blobKey, parseBlobKey } from './blob-key.ts'
import { BlobRemovals, type RemovalId, removalMs } from './blob-removals.ts'
import { isReferenced } from './is-referenced.ts'

export interface BlobStoreOptions {
  readonly database: Database
  readonly driver: StorageDriver
  /** What is used again and again of storage that is no local disk. */
  readonly copies: LocalCopies
  /** Called with why an original could not be read. */
  readonly onError: (error: unknown) => void
}

/** What was put, until its row is committed. */
export interface StoredBlob {
  readonly projectId: ProjectId
  readonly hash: BlobHash
  /** The last one before it was put; absent on a disk of this machine. */
  readonly removal?: RemovalId
}

export class BlobStore {
  readonly #database: Database
  readonly #driver: StorageDriver
  readonly #copies: LocalCopies
  readonly #onError: (error: unknown) => void
  readonly #removals: BlobRemovals
  /** Copies on their way here, so that however many ask, the bytes travel once. */
  readonly #fetching = new Map<string, Promise<void>>()

  constructor({ database, driver, copies, onError }: BlobStoreOptions) {
    this.#database = database
    this.#driver = driver
    this.#copies = copies
    this.#onError = onError
    this.#removals = new BlobRemovals(database)
  }

  /**
   * The file a decoder opens; the caller releases it.
   * @throws Problem `storage/failed` when the bytes cannot be had, or are not those that were stored
   */
  async file(projectId: ProjectId, hash: BlobHash): Promise<HeldFile> {
    const key = blobKey(projectId, hash)
    const path = this.localPath(projectId, hash)
    if (path !== undefined) return { path, release: () => {} }
    const there = await this.#copies.hold(projectId, hash)
    if (there !== undefined) return there
    const fetching =
      this.#fetching.get(key) ?? this.#fetch(projectId, hash).finally(() => this.#fetching.delete(key))
    this.#fetching.set(key, fetching)
    await fetching
    const copy = await this.#copies.hold(projectId, hash)
    if (copy !== undefined) return copy
    throw problem('capacity/exhausted', {
      detail: 'There is no room for a local copy of the picture; ask again.',
      retryAfterSeconds: 1,
    })
  }

  async #fetch(projectId: ProjectId, hash: BlobHash): Promise<void> {
    try {
      const found = await this.#driver.get(blobKey(projectId, hash))
      if (found === undefined) throw new StorageError(`The original ${hash} is not in the storage`)
      const { hash: is } = await this.#copies.put(projectId, found.body)
      if (is !== hash) throw new StorageError(`The original ${hash} came as ${is}`)
    } catch (error) {
      this.#onError(error)
      throw problem('storage/failed', {
        detail: 'The original cannot be read right now.',
        retryAfterSeconds: 10,
        cause: error,
      })
    }
  }

  /** Whether what is stored lies on a disk of this machine. */
  get isLocal(): boolean {
    return this.#driver.localPath !== undefined
  }

  /** Where the file lies once it is stored, where that is a place of this machine. */
  localPath(projectId: ProjectId, hash: BlobHash): string | undefined {
    return this.#driver.localPath?.(blobKey(projectId, hash))
  }

  /** @throws StorageError when the storage fails, or is still removing the same bytes after 15 s */
  async put(projectId: ProjectId, hash: BlobHash, body: StorageBody): Promise<StoredBlob> {
    const blob = { projectId, hash }
    if (this.isLocal) {
      await this.#driver.put(blobKey(projectId, hash), body)
      return blob
    }
    const removal = await this.#removals.settled(projectId, hash)
    await this.#driver.put(blobKey(projectId, hash), body)
    return { ...blob, removal }
  }

  /**
   * What must be so for a row to refer to what was put, asked under the project's lock: that no removal took it since.
   * Behind the lock none can.
   */
  mustBeStored(queries: Queries, { projectId, hash, removal }: StoredBlob): Step {
    if (removal !== undefined)
      return { query: this.#removals.isLast(queries, projectId, hash, removal), mustReturn: true }
    const path = this.localPath(projectId, hash)
    if (path === undefined) throw new TypeError(`${hash} was not put here`)
    return { fileMustExist: path }
  }

  /** Removes the file unless a row refers to it. An upload of the same bytes waits, or has its row already. */
  async removeUnreferenced(projectId: ProjectId, hash: BlobHash): Promise<boolean> {
    return this.isLocal ? this.#removeFile(projectId, hash) : this.#removeObject(projectId, hash)
  }

  #removeFile(projectId: ProjectId, hash: BlobHash): Promise<boolean> {
    return this.#database.transaction(async (queries) => {
      await lockProject(this.#database, queries, projectId)
      if (await isReferenced(queries, projectId, hash)) return false
      await this.#driver.delete([blobKey(projectId, hash)])
      return true
    })
  }

  async #removeObject(projectId: ProjectId, hash: BlobHash): Promise<boolean> {
    const signal = AbortSignal.timeout(removalMs)
    const removal = await this.#removals.begin(projectId, hash)
    if (removal === undefined) return false
    try {
      await this.#driver.delete([blobKey(projectId, hash)], { signal })
    } catch (error) {
      // Without an answer it may still come to pass: uploads of these bytes wait, and the next sweep tries again.
      const isRefused = error instanceof StorageError && error.status !== undefined
      if (isRefused) await this.#removals.end(projectId, hash, removal)
      throw error
    }
    await this.#copies.remove(projectId, hash)
    await this.#removals.end(projectId, hash, removal)
    return true
  }

  /** Removes every file of a project that is gone; returns how many. */
  async removeProject(projectId: ProjectId, signal: AbortSignal): Promise<number> {
    let removed = 0
    for (;;) {
      signal.throwIfAborted()
      const { objects } = await this.#driver.list(`${projectId}/`, { limit: 500 })
      if (objects.length === 0) break
      await this.#driver.delete(objects.map(({ key }) => key))
      removed += objects.length
    }
    await this.#removals.forgetProject(projectId)
    return removed
  }

  /**
   * Walks all files and removes those no row refers to: what a killed upload or delete left. Safe beside running
   * uploads, which make sure that their file is there when they commit.
   */
  async sweep(signal?: AbortSignal): Promise<{ readonly files: number; readonly removed: number }> {
    let files = 0
    let removed = 0
    let cursor: string | undefined
    do {
      signal?.throwIfAborted()
      const page = await this.#driver.list('', { limit: 500, ...(cursor === undefined ? {} : { cursor }) })
      cursor = page.cursor
      files += page.objects.length
      for (const { projectId, hash } of await this.#withoutRow(page.objects.map(({ key }) => key))) {
        signal?.throwIfAborted()
        if (await this.removeUnreferenced(projectId, hash)) removed++
      }
    } while (cursor !== undefined)
    await this.#removals.forgetOld()
    return { files, removed }
  }

  async #withoutRow(keys: readonly string[]) {
    const blobs = keys.map(parseBlobKey).filter((blob) => blob !== undefined)
    if (blobs.length === 0) return []
    const rows = await this.#database.queries
      .selectFrom('blobs')
      .select(['project_id', 'hash'])
      .where('hash', 'in', [...new Set(blobs.map(({ hash }) => hash))])
      .execute()
    const known = new Set(rows.map((row) => `${row.project_id}/${row.hash}`))
    return blobs.filter(({ projectId, hash }) => !known.has(`${projectId}/${hash}`))
  }
}
