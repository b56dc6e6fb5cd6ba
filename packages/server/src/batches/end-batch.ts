/** When the last picture of a batch has ended, the batch has. */
import type { TransactionQueries } from '../db/index.ts'
import { degradedMember } from '../delivery/index.ts'
import type { EventSink } from '../events/index.ts'
import type { BatchId, ClaimedItem } from './batch.ts'
import { readDegraded } from './degraded.ts'

/** Keeps others who would end or change the batch out until the transaction ends. */
export async function lockBatch(queries: TransactionQueries, id: BatchId): Promise<void> {
  await queries
    .updateTable('batches')
    .set((row) => ({ taken_at: row.ref('taken_at') }))
    .where('id', '=', id)
    .execute()
}

/** Ends a running batch that has nothing open left, and tells of it; under its lock, so that it happens once. */
export async function endBatch(
  queries: TransactionQueries,
  { batchId: id, projectId }: Pick<ClaimedItem, 'batchId' | 'projectId'>,
  { now, events }: { readonly now: number; readonly events: EventSink },
): Promise<void> {
  if (await hasItem(queries, id, 'open')) return
  const isDone = await hasItem(queries, id, 'done')
  const ended = await queries
    .updateTable('batches')
    .set({ state: isDone ? 'completed' : 'failed', ended_at: now })
    .where('id', '=', id)
    .where('state', '=', 'running')
    .returning('items')
    .executeTakeFirst()
  if (ended === undefined) return
  const about = { id, kind: 'batch' }
  const error = `Nothing came of any of its ${ended.items} pictures.`
  await events.record(
    queries,
    projectId,
    isDone
      ? { type: 'job.completed', data: { ...about, ...degradedMember(await degradedOf(queries, id)) } }
      : { type: 'job.failed', data: { ...about, error } },
  )
}

async function degradedOf(queries: TransactionQueries, id: BatchId): Promise<readonly string[]> {
  const rows = await queries
    .selectFrom('batch_items')
    .select('degraded')
    .distinct()
    .where('batch_id', '=', id)
    .where('degraded', 'is not', null)
    .orderBy('degraded')
    .execute()
  return readDegraded(...rows.map(({ degraded }) => degraded))
}

async function hasItem(queries: TransactionQueries, id: BatchId, state: string): Promise<boolean> {
  const found = await queries
    .selectFrom('batch_items')
    .select('position')
    .where('batch_id', '=', id)
    .where('state', '=', state)
    .limit(1)
    .executeTakeFirst()
  return found !== undefined
}
