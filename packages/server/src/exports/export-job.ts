/**
 * Makes an export. The archive is written while it is read, straight into the storage, which shows it when it is whole.
 * After a kill it is written anew from the start: what is not whole was never shown.
 */
import { Readable } from 'node:stream'
import { Problem, problem } from '@fovea/core'
import { zipStream } from '../archive/zip-stream.ts'
import type { BlobStore } from '../assets/index.ts'
import type { Database } from '../db/index.ts'
import type { ClaimedJob, JobOutcome } from '../jobs/index.ts'
import { errorFields, type Log } from '../observe/index.ts'
import { mustBeUsable, type ProjectId, type ProjectService } from '../projects/index.ts'
import type { StorageDriver } from '../storage/index.ts'
import { type Export, type ExportId, exportOf } from './export.ts'
import { exportFiles } from './export-files.ts'
import { keptMs, keyOf } from './export-service.ts'
import { exportedTables } from './exported-tables.ts'

export interface ExportJobOptions {
  readonly database: Database
  readonly projects: Pick<ProjectService, 'get'>
  readonly blobs: Pick<BlobStore, 'file'>
  readonly storage: { readonly driver: StorageDriver }
  readonly log: Log
  /** Tells whoever asked for it. */
  onReady(made: Export): Promise<void>
}

/** The project, its tables and the manifest. */
const filesBesideOriginals = 2 + exportedTables.length
/** How often the progress is written down, ms. */
const progressMs = 1_000
const maxAttempts = 5
const retryMs = 60_000

export class ExportJobs {
  readonly #options: ExportJobOptions

  constructor(options: ExportJobOptions) {
    this.#options = options
  }

  async handle({ id, projectId, attempt }: ClaimedJob, signal: AbortSignal): Promise<JobOutcome> {
    try {
      await this.#mustBeUsable(projectId)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      return { kind: 'failed', error: error.message }
    }
    try {
      await this.#make(id, projectId, signal)
      return { kind: 'done' }
    } catch (error) {
      if (signal.aborted) throw error
      const { log } = this.#options
      const reason = error instanceof Error ? error.message : String(error)
      log.error({ event: 'export.failed', export: id, attempt, ...errorFields(error) })
      if (attempt < maxAttempts) return { kind: 'later', inMs: retryMs, error: reason }
      return { kind: 'failed', error: reason }
    }
  }

  /** The job is done or given up, also because it killed its process again and again. */
  async ended(id: ExportId): Promise<void> {
    await this.#options.database.queries
      .updateTable('exports')
      .set({ state: 'failed' })
      .where('id', '=', id)
      .where('state', '=', 'running')
      .execute()
  }

  /** @throws Problem for a project whose state has changed since it was asked for */
  async #mustBeUsable(projectId: ProjectId): Promise<void> {
    const project = await this.#options.projects.get(projectId)
    if (project === undefined) throw problem('project/not-found', { detail: 'The project is gone.' })
    mustBeUsable(project)
  }

  async #make(id: ExportId, projectId: ProjectId, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    const { database, storage, log, onReady } = this.#options
    const { count } = await database.queries
      .selectFrom('blobs')
      .select((build) => build.fn.countAll<number>().as('count'))
      .where('project_id', '=', projectId)
      .executeTakeFirstOrThrow()
    await this.#update(id, { files: Number(count) + filesBesideOriginals, files_done: 0 })
    const key = keyOf({ projectId, id })
    let begun = 0
    const archive = zipStream(exportFiles(this.#options, projectId, () => begun++))
    const stop = () => archive.destroy(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
    const progress = setInterval(() => {
      this.#update(id, { files_done: begun }).catch((error: unknown) =>
        log.warn({ event: 'export.progress-not-written', ...errorFields(error) }),
      )
    }, progressMs)
    try {
      await storage.driver.put(key, Readable.toWeb(archive) as ReadableStream<Uint8Array>)
    } finally {
      clearInterval(progress)
      signal.removeEventListener('abort', stop)
    }
    const size = (await storage.driver.head(key))?.size ?? null
    const row = await this.#update(id, {
      state: 'done',
      files_done: Number(count) + filesBesideOriginals,
      size,
      expires_at: Date.now() + keptMs,
    })
    // The project was deleted meanwhile: nothing must lead to, or be left of, what was in it.
    if (row === undefined) return storage.driver.delete([key])
    log.info({ event: 'export.made', export: id, size })
    await onReady(exportOf(row))
  }

  #update(id: ExportId, values: Partial<Progress>) {
    return this.#options.database.queries
      .updateTable('exports')
      .set(values)
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst()
  }
}

interface Progress {
  state: Export['state']
  files: number
  files_done: number
  size: number | null
  expires_at: number
}
