/**
 * The bytes of originals, content-addressed inside a project.
 *
 * Rows decide what exists: a file without a row is left over and may go, a row without a file must never be. So a
 * file is stored before its row is committed, and removed only under the lock that keeps new rows out.
 */
import { type Database, lockProject } from '../db/index.ts'
import type { ProjectId } from '../projects/index.ts'
import type { StorageBody, StorageDriver } from '../storage/index.ts'
import type { BlobHash } from './asset.ts'
import { blobKey, parseBlobKey } from './blob-key.ts'

export class BlobStore {
  readonly #database: Database
  readonly #driver: StorageDriver & { localPath(key: string): string }

  constructor(database: Database, driver: StorageDriver & { localPath(key: string): string }) {
    this.#database = database
    this.#driver = driver
  }

  /** The file a decoder opens. */
  localPath(projectId: ProjectId, hash: BlobHash): string {
    return this.#driver.localPath(blobKey(projectId, hash))
  }

  async has(projectId: ProjectId, hash: BlobHash): Promise<boolean> {
    return (await this.#driver.head(blobKey(projectId, hash))) !== undefined
  }

  async put(projectId: ProjectId, hash: BlobHash, body: StorageBody): Promise<void> {
    await this.#driver.put(blobKey(projectId, hash), body)
  }

  /** Removes the file unless a row refers to it. An upload of the same bytes waits, or has its row already. */
  async removeUnreferenced(projectId: ProjectId, hash: BlobHash): Promise<boolean> {
    return this.#database.transaction(async (queries) => {
      await lockProject(this.#database, queries, projectId)
      const row = await queries
        .selectFrom('blobs')
        .select('hash')
        .where('project_id', '=', projectId)
        .where('hash', '=', hash)
        .executeTakeFirst()
      if (row !== undefined) return false
      await this.#driver.delete([blobKey(projectId, hash)])
      return true
    })
  }

  /** Removes every file of a project that is gone; returns how many. */
  async removeProject(projectId: ProjectId, signal: AbortSignal): Promise<number> {
    let removed = 0
    for (;;) {
      signal.throwIfAborted()
      const { objects } = await this.#driver.list(`${projectId}/`, { limit: 500 })
      if (objects.length === 0) return removed
      await this.#driver.delete(objects.map(({ key }) => key))
      removed += objects.length
    }
  }

  /**
   * Walks all files and removes those no row refers to: what a killed upload or delete left. Safe beside running
   * uploads, which look for their file again before they commit.
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
