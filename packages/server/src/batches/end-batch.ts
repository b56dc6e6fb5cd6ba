/** When the last picture of a batch has ended, the batch has. */
import type { TransactionQueries } from '../db/index.ts'
import type { BatchId } from './batch.ts'

/** Keeps others who would end or change the batch out until the transaction ends. */
export async function lockBatch(queries: TransactionQueries, id: BatchId): Promise<void> {
  await queries
    .updateTable('batches')
    .set((row) => ({ taken_at: row.ref('taken_at') }))
    .where('id', '=', id)
    .execute()
}

/** Ends a running batch that has nothing open left; under its lock, so that it happens once. */
export async function endBatch(queries: TransactionQueries, id: BatchId, now: number): Promise<void> {
  if (await hasItem(queries, id, 'open')) return
  const state = (await hasItem(queries, id, 'done')) ? 'completed' : 'failed'
  await queries
    .updateTable('batches')
    .set({ state, ended_at: now })
    .where('id', '=', id)
    .where('state', '=', 'running')
    .execute()
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
