/**
 * What people do with batches: make one, look at it, try again what failed, stop it, forget it.
 *
 * A batch is on disk with all its pictures when `create` resolves. Everything that can be known before a picture is
 * opened is refused here, so that what fails later is about that picture alone.
 */
import type { Readable } from 'node:stream'
import { type Problem, problem } from '@fovea/core'
import { type BatchRequest, parseBatch } from '@fovea/core/dialects/json'
import type { AssetService, BlobStore } from '../assets/index.ts'
import type { Config } from '../config.ts'
import type { Database, TransactionQueries } from '../db/index.ts'
import type { MasterKey } from '../keys/index.ts'
import { mustTakeUploads, newId, type Project, type ProjectId } from '../projects/index.ts'
import { writableOrigin } from '../transforms/index.ts'
import type { StagedFile } from '../uploads/index.ts'
import type { Batch, BatchId, BatchItem, BatchProgress } from './batch.ts'
import type { BatchFiles } from './batch-files.ts'
import {
  type BatchPage,
  findBatch,
  type ItemPage,
  listBatches,
  listItems,
  progressOf,
} from './batch-queries.ts'
import type { BatchQueue } from './batch-queue.ts'
import { checkDestinations } from './destinations.ts'
import { lockBatch } from './end-batch.ts'
import { type FileReader, fileElsewhere, twoSources } from './file-elsewhere.ts'
import { type Gathered, type Gatherer, gatherItems } from './gather-items.ts'
import type { NewItem } from './item-source.ts'
import { resultsArchive } from './results-archive.ts'
import { sealRequest, sealSource } from './sealed.ts'

export interface BatchServiceOptions extends Omit<Gatherer, 'checkRemote'>, Omit<FileReader, 'maxBytes'> {
  readonly database: Database
  readonly masterKey: MasterKey
  readonly assets: AssetService
  readonly blobs: Pick<BlobStore, 'file'>
  readonly batchQueue: BatchQueue
  readonly batchFiles: BatchFiles
  readonly config: Pick<Config, 'FOVEA_MAX_ARCHIVE_BYTES'>
}

export interface ReceivedBatch {
  readonly value: unknown
  /** A list or an archive that came beside the JSON. */
  readonly file: StagedFile | undefined
}

/** Of one project at a time. */
const maxRunning = 50
/** Archives that a project may have lying here, as many times the largest. */
const maxArchives = 4
/** Rows in one statement: SQLite takes 32 766 values, and sealing them all at once would hold others up. */
const pieceRows = 500

export class BatchService {
  readonly #options: BatchServiceOptions
  readonly #database: Database

  constructor(options: BatchServiceOptions) {
    this.#options = options
    this.#database = options.database
  }

  /** Of a list or an archive. */
  get maxFileBytes(): number {
    return this.#options.config.FOVEA_MAX_ARCHIVE_BYTES
  }

  /** Receives a list or an archive; `create` discards it. @throws Problem `source/…` */
  receiveFile(bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<StagedFile> {
    return this.#options.reader.receive(bytes, this.maxFileBytes, signal)
  }

  /** @throws Problem of the request, its list or archive, `job/…`, `rate/limited`, `quota/exceeded` */
  async create(project: Project, received: ReceivedBatch, signal: AbortSignal): Promise<Batch> {
    const { limits, assets, reader, batchFiles, batchQueue } = this.#options
    let file = received.file
    try {
      mustTakeUploads(project)
      const request = parseBatch(received.value, limits)
      const { sources } = request
      if (file !== undefined && sources.kind !== 'body') throw twoSources()
      if (request.store?.kind === 'object') await writableOrigin(this.#options, project, request.store)
      const fileReader = { ...this.#options, maxBytes: this.maxFileBytes }
      file ??= await fileElsewhere(project, sources, fileReader, signal)
      const checkRemote = (url: string) => reader.checkRemote(url)
      const gathered = await gatherItems(project, sources, file, { assets, limits, checkRemote })
      checkDestinations(request, gathered.items)
      const id = newId<BatchId>()
      const archiveBytes = gathered.isArchive ? (file?.size ?? 0) : 0
      await this.#checkRoom(project.id, archiveBytes)
      if (gathered.isArchive && file !== undefined) await batchFiles.put(id, file.path)
      await this.#insert(project.id, { id, request, value: received.value, gathered, archiveBytes }).catch(
        async (error: unknown) => {
          await batchFiles.remove(id)
          throw error
        },
      )
      batchQueue.wake()
      return await this.get(project, id)
    } finally {
      await file?.discard()
    }
  }

  /** @throws Problem `job/not-found` */
  async get({ id: projectId }: Project, id: string): Promise<Batch> {
    return required(await findBatch(this.#database.queries, projectId, id))
  }

  list({ id }: Project, page: BatchPage): Promise<readonly Batch[]> {
    return listBatches(this.#database.queries, id, page)
  }

  progress(batch: Batch): Promise<BatchProgress> {
    return progressOf(this.#database.queries, batch, Date.now())
  }

  items({ id }: Batch, page: ItemPage): Promise<readonly BatchItem[]> {
    return listItems(this.#database.queries, id, page)
  }

  /**
   * Takes up again what failed or was cancelled. What was made of such a picture already is kept.
   * @throws Problem `job/not-found`, `job/conflict` when there is nothing of the kind
   */
  async retry(project: Project, id: string): Promise<Batch> {
    mustTakeUploads(project)
    const now = Date.now()
    const batch = await this.#change(project, id, async (queries) => {
      const { numUpdatedRows } = await queries
        .updateTable('batch_items')
        .set({ state: 'open', attempt: 0, due_at: now, owner: null, problem: null, ended_at: null })
        .where('batch_id', '=', id)
        .where('state', 'in', ['failed', 'cancelled'])
        .executeTakeFirstOrThrow()
      if (numUpdatedRows === 0n)
        throw problem('job/conflict', { detail: 'None of its pictures failed or was cancelled.' })
      await queries
        .updateTable('batches')
        .set({ state: 'running', ended_at: null })
        .where('id', '=', id)
        .execute()
    })
    this.#options.batchQueue.wake()
    return batch
  }

  /**
   * Nothing more is made; what is being made is not kept.
   * @throws Problem `job/not-found`, `job/conflict` when it has ended
   */
  cancel(project: Project, id: string): Promise<Batch> {
    const now = Date.now()
    return this.#change(project, id, async (queries) => {
      const { numUpdatedRows } = await queries
        .updateTable('batches')
        .set({ state: 'cancelled', ended_at: now })
        .where('id', '=', id)
        .where('state', '=', 'running')
        .executeTakeFirstOrThrow()
      if (numUpdatedRows === 0n) throw problem('job/conflict', { detail: 'The job has ended already.' })
      await queries
        .updateTable('batch_items')
        .set({ state: 'cancelled', owner: null, ended_at: now })
        .where('batch_id', '=', id)
        .where('state', '=', 'open')
        .execute()
    })
  }

  /** Forgets the batch, stopping it first; the images it made stay. @throws Problem `job/not-found` */
  async remove({ id: projectId }: Project, id: string): Promise<void> {
    const { numDeletedRows } = await this.#database.queries
      .deleteFrom('batches')
      .where('project_id', '=', projectId)
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    if (numDeletedRows === 0n) throw notFound()
    await this.#options.batchFiles.remove(id as BatchId)
  }

  /** A ZIP archive of what has been made so far. */
  results(batch: Batch): Readable {
    return resultsArchive(batch, this.#options)
  }

  /** Forgets batches that ended before `unixMs`, of all projects. */
  async forget(unixMs: number): Promise<number> {
    const gone = await this.#database.queries
      .deleteFrom('batches')
      .where('state', '!=', 'running')
      .where('ended_at', '<', unixMs)
      .returning(['id', 'archive_bytes'])
      .execute()
    for (const { id, archive_bytes: bytes } of gone)
      if (bytes > 0) await this.#options.batchFiles.remove(id as BatchId)
    return gone.length
  }

  /** Under the batch's lock; the same answer for another project's as for none. */
  #change(
    { id: projectId }: Project,
    id: string,
    work: (queries: TransactionQueries) => Promise<void>,
  ): Promise<Batch> {
    return this.#database.transaction(async (queries) => {
      const { id: batchId } = required(await findBatch(queries, projectId, id))
      await lockBatch(queries, batchId)
      await work(queries)
      return required(await findBatch(queries, projectId, id))
    })
  }

  async #checkRoom(projectId: ProjectId, archiveBytes: number): Promise<void> {
    const { running, held } = await this.#database.queries
      .selectFrom('batches')
      .select((of) => [
        of.fn.count<number>(of.case().when('state', '=', 'running').then(1).end()).as('running'),
        of.fn.coalesce(of.fn.sum<number>('archive_bytes'), of.lit(0)).as('held'),
      ])
      .where('project_id', '=', projectId)
      .executeTakeFirstOrThrow()
    if (Number(running) >= maxRunning) {
      throw problem('rate/limited', {
        detail: `${maxRunning} jobs of the project are running already.`,
        retryAfterSeconds: 60,
      })
    }
    const limitBytes = this.maxFileBytes * maxArchives
    if (archiveBytes > 0 && Number(held) + archiveBytes > limitBytes) {
      throw problem('quota/exceeded', {
        detail: `The archives of a project's jobs may have ${limitBytes} bytes together: delete jobs that are done.`,
        members: { limitBytes, usedBytes: Number(held) },
      })
    }
  }

  #insert(projectId: ProjectId, batch: NewBatch): Promise<void> {
    const { masterKey } = this.#options
    const { id, request, value, gathered, archiveBytes } = batch
    const now = Date.now()
    return this.#database.transaction(async (queries) => {
      await queries
        .insertInto('batches')
        .values({
          id,
          project_id: projectId,
          name: request.name ?? null,
          state: 'running',
          request: sealRequest(masterKey, id, JSON.stringify(withoutSources(value))),
          items: gathered.items.length,
          archive_bytes: archiveBytes,
          taken_at: 0,
          created_at: now,
          ended_at: null,
        })
        .execute()
      for (let at = 0; at < gathered.items.length; at += pieceRows) {
        const piece = gathered.items.slice(at, at + pieceRows)
        await queries
          .insertInto('batch_items')
          .values(
            piece.map((item, index) => rowOf(masterKey, { batchId: id, position: at + index }, item, now)),
          )
          .execute()
      }
    })
  }
}

interface NewBatch {
  readonly id: BatchId
  readonly request: BatchRequest
  readonly value: unknown
  readonly gathered: Gathered
  readonly archiveBytes: number
}

function rowOf(
  masterKey: MasterKey,
  place: { readonly batchId: BatchId; readonly position: number },
  { label, source }: NewItem,
  now: number,
) {
  return {
    batch_id: place.batchId,
    position: place.position,
    label,
    source: sealSource(masterKey, place, source),
    state: 'open',
    attempt: 0,
    lease: 0,
    due_at: now,
    owner: null,
    problem: null,
    degraded: null,
    percent: null,
    started_at: null,
    ended_at: null,
  }
}

/** They stand in rows of their own. */
function withoutSources(value: unknown): object {
  const { sources: _, ...rest } = value as Readonly<Record<string, unknown>>
  return rest
}

function required(batch: Batch | undefined): Batch {
  if (batch === undefined) throw notFound()
  return batch
}

function notFound(): Problem {
  return problem('job/not-found', { detail: 'This project has no job of that id.' })
}
