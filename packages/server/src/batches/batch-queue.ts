/**
 * The pictures of all batches as one queue of rows under leases, like the queue of jobs. Batches take turns, so a small
 * one is not held up by a large one that came before it.
 *
 * `lease` grows with every taking up and fences: whoever lost a picture can neither settle it nor keep what was made of
 * it. A result is written once for each place among the outputs, so a picture that is taken up again after a kill goes on
 * behind the results it has.
 *
 * Locks are taken in the order project, batch, item.
 *
 * @see docs/adr/0019-batches.md
 */
import { sql } from 'kysely'
import type { Database, Queries, TransactionQueries } from '../db/index.ts'
import type { EventSink } from '../events/index.ts'
import { type JobOutcome, type LeasedQueue, leaseMs } from '../jobs/index.ts'
import type { MasterKey } from '../keys/index.ts'
import type { ProjectId } from '../projects/index.ts'
import { isOwnerAlive, ownerName } from '../storage/index.ts'
import type { BatchId, ClaimedItem, ItemResult } from './batch.ts'
import { readDegraded, writeDegraded } from './degraded.ts'
import { endBatch, lockBatch } from './end-batch.ts'
import { openRequest, openSource } from './sealed.ts'

export interface BatchQueueOptions {
  readonly database: Database
  readonly masterKey: MasterKey
  readonly events: EventSink
  /** Replaced in tests. */
  readonly now?: () => number
}

/** The picture belongs to somebody else by now, or its batch was cancelled. */
export class LostItem extends Error {
  override readonly name = 'LostItem'
}

export class BatchQueue implements LeasedQueue<ClaimedItem> {
  readonly #database: Database
  readonly #masterKey: MasterKey
  readonly #events: EventSink
  readonly #now: () => number
  readonly #listeners = new Set<() => void>()
  #owner: Promise<string> | undefined

  constructor({ database, masterKey, events, now = Date.now }: BatchQueueOptions) {
    this.#events = events
    this.#database = database
    this.#masterKey = masterKey
    this.#now = now
  }

  onAdded(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** There is something to do. */
  wake(): void {
    for (const listener of this.#listeners) listener()
  }

  async claim(): Promise<ClaimedItem | undefined> {
    if (!(await this.#isAnythingDue())) return undefined
    this.#owner ??= ownerName()
    const owner = await this.#owner
    return this.#database.transaction(async (queries) => {
      const now = this.#now()
      const batch = await queries
        .updateTable('batches')
        .set({ taken_at: now })
        .where('id', '=', (of) =>
          of
            .selectFrom('batches as waiting')
            .select('waiting.id')
            .where('waiting.state', '=', 'running')
            .where((where) =>
              where.exists(
                where
                  .selectFrom('batch_items')
                  .select(sql`1`.as('one'))
                  .whereRef('batch_id', '=', 'waiting.id')
                  .where('batch_items.state', '=', 'open')
                  .where('due_at', '<=', now),
              ),
            )
            .orderBy('waiting.taken_at')
            .orderBy('waiting.id')
            .limit(1),
        )
        .where('state', '=', 'running')
        .returning(['id', 'project_id', 'request'])
        .executeTakeFirst()
      if (batch === undefined) return undefined
      const item = await queries
        .updateTable('batch_items')
        .set((row) => ({
          attempt: row('attempt', '+', 1),
          lease: row('lease', '+', 1),
          due_at: now + leaseMs,
          started_at: now,
          percent: null,
          owner,
        }))
        .where('batch_id', '=', batch.id)
        .where('position', '=', (of) =>
          of
            .selectFrom('batch_items as waiting')
            .select('waiting.position')
            .where('waiting.batch_id', '=', batch.id)
            .where('waiting.state', '=', 'open')
            .where('waiting.due_at', '<=', now)
            .orderBy('waiting.due_at')
            .orderBy('waiting.position')
            .limit(1),
        )
        .returningAll()
        .executeTakeFirst()
      if (item === undefined) return undefined
      const batchId = batch.id as BatchId
      const { position, attempt, lease } = item
      return {
        batchId,
        projectId: batch.project_id as ProjectId,
        position,
        request: openRequest(this.#masterKey, batchId, batch.request),
        source: openSource(this.#masterKey, { batchId, position }, item.source),
        attempt,
        lease,
        degraded: readDegraded(item.degraded),
      }
    })
  }

  async renew(item: ClaimedItem): Promise<boolean> {
    return this.#touch(this.#database.queries, item, {})
  }

  /** @param fraction 0–1; nothing is written once the picture is somebody else's */
  async setProgress(item: ClaimedItem, fraction: number): Promise<void> {
    await held(this.#database.queries, item)
      .set({ percent: Math.floor(fraction * 100) })
      .execute()
  }

  async settle(item: ClaimedItem, outcome: JobOutcome): Promise<boolean> {
    if (outcome.kind === 'next') throw new TypeError('a picture is worked off in one part')
    const now = this.#now()
    return this.#database.transaction(async (queries) => {
      // Two who end the last pictures at once must see each other's.
      await lockBatch(queries, item.batchId)
      const problem = outcome.kind === 'failed' ? outcome.problem?.serialise() : undefined
      const { numUpdatedRows } = await held(queries, item)
        .set(
          outcome.kind === 'later'
            ? { due_at: now + outcome.inMs, owner: null }
            : {
                state: outcome.kind,
                owner: null,
                ended_at: now,
                problem: outcome.kind === 'failed' ? JSON.stringify(problem ?? unexplained) : null,
              },
        )
        .executeTakeFirstOrThrow()
      if (numUpdatedRows === 0n) return false
      if (outcome.kind !== 'later') await endBatch(queries, item, { now, events: this.#events })
      return true
    })
  }

  /** Places among the outputs whose results are there. */
  async resultsOf({ batchId, position }: ClaimedItem): Promise<ReadonlySet<number>> {
    const rows = await this.#database.queries
      .selectFrom('batch_results')
      .select('output')
      .where('batch_id', '=', batchId)
      .where('position', '=', position)
      .execute()
    return new Set(rows.map(({ output }) => output))
  }

  /** Writes down what is no image of the project. @throws LostItem */
  addAlone(item: ClaimedItem, result: ItemResult): Promise<void> {
    return this.#database.transaction((queries) => this.addResult(queries, item, result))
  }

  /**
   * Writes a result down in the transaction that makes its image, and for the item what it lacked.
   * @throws LostItem
   */
  async addResult(queries: TransactionQueries, item: ClaimedItem, result: ItemResult): Promise<void> {
    if (!(await this.#touch(queries, item, { degraded: writeDegraded(item.degraded) }))) throw new LostItem()
    await queries
      .insertInto('batch_results')
      .values({
        batch_id: item.batchId,
        position: item.position,
        output: result.output,
        name: result.name ?? null,
        format: result.format,
        width: result.width,
        height: result.height,
        size: result.size,
        path: result.image?.path ?? result.object?.path ?? null,
        hash: result.image?.hash ?? null,
        origin: result.object?.origin ?? null,
        etag: result.object?.etag ?? null,
        content: result.content ?? null,
      })
      .execute()
  }

  async reclaim(): Promise<void> {
    const { queries } = this.#database
    const held = await queries
      .selectFrom('batch_items')
      .innerJoin('batches', 'batches.id', 'batch_items.batch_id')
      .select('owner')
      .distinct()
      .where('batches.state', '=', 'running')
      .where('batch_items.state', '=', 'open')
      .where('owner', 'is not', null)
      .execute()
    for (const { owner } of held) {
      if (owner === null || (await isOwnerAlive(owner)) !== false) continue
      await queries
        .updateTable('batch_items')
        .set({ due_at: this.#now(), owner: null })
        .where('owner', '=', owner)
        .where('state', '=', 'open')
        .execute()
    }
  }

  /** Without it every look would be a transaction of a writer. */
  async #isAnythingDue(): Promise<boolean> {
    const found = await this.#database.queries
      .selectFrom('batches')
      .innerJoin('batch_items', 'batch_items.batch_id', 'batches.id')
      .select('batches.id')
      .where('batches.state', '=', 'running')
      .where('batch_items.state', '=', 'open')
      .where('due_at', '<=', this.#now())
      .limit(1)
      .executeTakeFirst()
    return found !== undefined
  }

  /** Renews the lease and writes what else is known; `false` when it is lost. */
  async #touch(
    queries: Queries,
    item: ClaimedItem,
    known: { readonly degraded?: string | null },
  ): Promise<boolean> {
    const { numUpdatedRows } = await held(queries, item)
      .set({ ...known, due_at: this.#now() + leaseMs })
      .executeTakeFirstOrThrow()
    return numUpdatedRows > 0n
  }
}

/** What its owner is told of a failure that was ours. */
const unexplained = { code: 'internal/unexpected', detail: 'Something went wrong on our side.' } as const

/** An update of the item while it is held under this very lease. */
function held(queries: Queries, { batchId, position, lease }: ClaimedItem) {
  return queries
    .updateTable('batch_items')
    .where('batch_id', '=', batchId)
    .where('position', '=', position)
    .where('lease', '=', lease)
    .where('state', '=', 'open')
}
