/**
 * The one way a change of assets is made: committed with its event under the project's lock, then announced, then files go, then it
 * is answered. When a client reads "deleted", no cache of this process still knows the image.
 */
import type { Changes } from '../changes.ts'
import { type Database, lockProject, type TransactionQueries } from '../db/index.ts'
import type { EventSink, ProjectEvent } from '../events/index.ts'
import type { ProjectId } from '../projects/index.ts'
import { announceAsset, type ChangedAsset } from './announce.ts'
import type { BlobHash } from './asset.ts'
import type { BlobStore } from './blob-store.ts'

export interface AssetWriterOptions {
  readonly database: Database
  readonly blobs: BlobStore
  readonly changes: Changes
  readonly events: EventSink
  /** Called with what failed after the answer was already decided. */
  readonly onError: (error: unknown) => void
}

export interface Written<T> {
  readonly result: T
  /** Paths that resolve differently now. */
  readonly changed?: readonly ChangedAsset[]
  /** Paths that lead nowhere now. */
  readonly gone?: readonly ChangedAsset[]
  /** Blobs whose row went. */
  readonly released?: readonly BlobHash[]
  /** What is told of it, to those outside. */
  readonly event?: ProjectEvent | undefined
}

export class AssetWriter {
  readonly #options: AssetWriterOptions

  constructor(options: AssetWriterOptions) {
    this.#options = options
  }

  get database(): Database {
    return this.#options.database
  }

  /** A file that will not go is left to the sweep. */
  async write<T>(
    projectId: ProjectId,
    work: (queries: TransactionQueries) => Promise<Written<T>>,
  ): Promise<T> {
    const { database, blobs, changes, events, onError } = this.#options
    const {
      result,
      changed = [],
      gone = [],
      released = [],
    } = await database.transaction(async (queries) => {
      await lockProject(database, queries, projectId)
      const written = await work(queries)
      if (written.event !== undefined) await events.record(queries, projectId, written.event)
      return written
    })
    for (const asset of changed) announceAsset(changes, projectId, asset, false)
    for (const asset of gone) announceAsset(changes, projectId, asset, true)
    for (const hash of released) await blobs.removeUnreferenced(projectId, hash).catch(onError)
    return result
  }
}
