/**
 * Exports of projects: asked for, looked up, fetched by an address that is good for a quarter of an hour, and removed
 * when their time is over. Each is one archive in the installation's storage, below its project's prefix: what deletes
 * a project deletes its exports.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { problem } from '@fovea/core'
import { type Database, lockProject } from '../db/index.ts'
import { type JobQueue, newJobId } from '../jobs/index.ts'
import type { MasterKey } from '../keys/index.ts'
import type { ProjectId } from '../projects/index.ts'
import type { StorageDriver, StoredObject } from '../storage/index.ts'
import { type Export, type ExportId, exportOf } from './export.ts'

export interface ExportOptions {
  readonly database: Database
  readonly jobs: JobQueue
  readonly masterKey: MasterKey
  readonly storage: { readonly driver: StorageDriver }
}

/** How long an archive is kept, ms. */
export const keptMs = 7 * 24 * 60 * 60 * 1000
const addressMs = 15 * 60 * 1000

export class ExportService {
  readonly #options: ExportOptions

  constructor(options: ExportOptions) {
    this.#options = options
  }

  /**
   * Puts an export into the queue; the worker makes it.
   * @throws Problem `export/running` while another one of the project is being made
   */
  async start(projectId: ProjectId, userId: string | null): Promise<Export> {
    const { database, jobs } = this.#options
    const id = newJobId()
    const now = Date.now()
    const row = await database.transaction(async (queries) => {
      await lockProject(database, queries, projectId)
      const running = await queries
        .selectFrom('exports')
        .select('id')
        .where('project_id', '=', projectId)
        .where('state', '=', 'running')
        .executeTakeFirst()
      if (running !== undefined) {
        throw problem('export/running', {
          detail: `The export "${running.id}" of this project is being made.`,
          members: { export: running.id },
        })
      }
      await jobs.addWithin(queries, { id, projectId, kind: 'export', payload: '{}' })
      return queries
        .insertInto('exports')
        .values({
          id,
          project_id: projectId,
          user_id: userId,
          state: 'running',
          files: 0,
          files_done: 0,
          size: null,
          expires_at: now + keptMs,
          created_at: now,
        })
        .returningAll()
        .executeTakeFirstOrThrow()
    })
    return exportOf(row)
  }

  /** Newest first. */
  async list(projectId: ProjectId): Promise<readonly Export[]> {
    const rows = await this.#options.database.queries
      .selectFrom('exports')
      .selectAll()
      .where('project_id', '=', projectId)
      .orderBy('id', 'desc')
      .execute()
    return rows.map(exportOf)
  }

  /** @throws Problem `export/not-found` */
  async find(projectId: ProjectId, id: string): Promise<Export> {
    const row = await this.#options.database.queries
      .selectFrom('exports')
      .selectAll()
      .where('project_id', '=', projectId)
      .where('id', '=', id)
      .executeTakeFirst()
    if (row === undefined) throw noExport()
    return exportOf(row)
  }

  /** What makes an address fetch the archive of a finished export, for a quarter of an hour. */
  ticket({ id }: Export, now = Date.now()): string {
    const until = now + addressMs
    return `${until}.${this.#mark(id, until)}`
  }

  /**
   * The finished export that somebody has a ticket for.
   * @throws Problem `export/not-found` for a ticket that is wrong or too old
   */
  async findByTicket(id: string, ticket: string): Promise<Export> {
    const [until = '', mark = ''] = ticket.split('.')
    if (!isSame(mark, this.#mark(id, Number(until))) || Number(until) < Date.now()) throw noExport()
    const row = await this.#options.database.queries
      .selectFrom('exports')
      .selectAll()
      .where('id', '=', id)
      .where('state', '=', 'done')
      .executeTakeFirst()
    if (row === undefined) throw noExport()
    return exportOf(row)
  }

  /** Its archive. @throws Problem `export/not-found` when it is gone */
  async open(found: Export): Promise<StoredObject> {
    const object = await this.#options.storage.driver.get(keyOf(found))
    if (object === undefined) throw noExport()
    return object
  }

  /** Removes one that has ended. @throws Problem `export/not-found`, `export/running` */
  async remove(projectId: ProjectId, id: string): Promise<void> {
    const found = await this.find(projectId, id)
    if (found.state === 'running')
      throw problem('export/running', {
        detail: 'It is being made; wait until it is done.',
        members: { export: id },
      })
    await this.#remove(found)
  }

  /** Removes those whose time is over; returns how many. */
  async removeOld(now = Date.now()): Promise<number> {
    const rows = await this.#options.database.queries
      .selectFrom('exports')
      .selectAll()
      .where('expires_at', '<=', now)
      .where('state', '!=', 'running')
      .execute()
    for (const row of rows) await this.#remove(exportOf(row))
    return rows.length
  }

  /** The archive first: without a row nothing would lead to it. */
  async #remove(one: Export): Promise<void> {
    await this.#options.storage.driver.delete([keyOf(one)])
    await this.#options.database.queries.deleteFrom('exports').where('id', '=', one.id).execute()
  }

  #mark(id: string, until: number): string {
    const secret = this.#options.masterKey.secretFor('exports')
    return createHmac('sha256', secret).update(`${id} ${until}`).digest('base64url')
  }
}

/** Where the archive lies: below the prefix of the project's originals. */
export function keyOf({ projectId, id }: { readonly projectId: ProjectId; readonly id: ExportId }): string {
  return `${projectId}/exports/${id}`
}

function isSame(given: string, right: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(right)]
  return a.length === b.length && timingSafeEqual(a, b)
}

function noExport() {
  return problem('export/not-found', {
    detail: 'There is no such export, or its address or its time is over.',
  })
}
