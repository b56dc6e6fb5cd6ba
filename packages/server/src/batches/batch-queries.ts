/** What people are told about their batches. */
import type { MadeFormat, SerialisedProblem } from '@fovea/core'
import type { Selectable } from 'kysely'
import type { Queries, Schema } from '../db/index.ts'
import type { ProjectId } from '../projects/index.ts'
import type { Batch, BatchId, BatchItem, BatchProgress, BatchState, ItemResult, ItemState } from './batch.ts'
import { readDegraded } from './degraded.ts'

const batchColumns = ['id', 'project_id', 'name', 'state', 'items', 'created_at', 'ended_at'] as const
/** What counts as of late when a rate is told, ms. */
const lately = 60_000

/** One of the project's; `undefined` for one of others as for none. */
export async function findBatch(
  queries: Queries,
  projectId: ProjectId,
  id: string,
): Promise<Batch | undefined> {
  const row = await queries
    .selectFrom('batches')
    .select(batchColumns)
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .executeTakeFirst()
  return row === undefined ? undefined : batchOf(row)
}

export interface BatchPage {
  readonly limit: number
  readonly state: BatchState | undefined
  /** The id of the last one on the page before. */
  readonly before: string | undefined
}

/** Newest first. */
export async function listBatches(
  queries: Queries,
  projectId: ProjectId,
  { limit, state, before }: BatchPage,
): Promise<readonly Batch[]> {
  let wanted = queries.selectFrom('batches').select(batchColumns).where('project_id', '=', projectId)
  if (state !== undefined) wanted = wanted.where('state', '=', state)
  if (before !== undefined) wanted = wanted.where('id', '<', before)
  const rows = await wanted.orderBy('id', 'desc').limit(limit).execute()
  return rows.map(batchOf)
}

export async function progressOf(queries: Queries, batch: Batch, now: number): Promise<BatchProgress> {
  const rows = await queries
    .selectFrom('batch_items')
    .select(['state', 'owner', 'degraded'])
    .select((of) => [
      of.fn.countAll<number>().as('count'),
      of.fn.min<number | null>('started_at').as('started'),
      of.fn.sum<number | null>('percent').as('percents'),
      of.fn
        .count<number>(
          of
            .case()
            .when('ended_at', '>', now - lately)
            .then(1)
            .end(),
        )
        .as('recent'),
    ])
    .where('batch_id', '=', batch.id)
    .groupBy(['state', 'owner', 'degraded'])
    .execute()
  const counts: Record<ItemState, number> = { waiting: 0, running: 0, done: 0, failed: 0, cancelled: 0 }
  let percents = 0
  for (const row of rows) {
    const state = itemStateOf(row)
    counts[state] += Number(row.count)
    if (state === 'running') percents += Number(row.percents ?? 0)
  }
  const ended = counts.done + counts.failed + counts.cancelled
  const fraction = (ended + percents / 100) / batch.items
  const starts = rows.flatMap(({ started }) => (started === null ? [] : [Number(started)]))
  const startedAt = starts.length === 0 ? undefined : Math.min(...starts)
  const recent = rows.reduce((sum, row) => sum + Number(row.recent), 0)
  const seconds = Math.max(1, Math.min(lately, now - (startedAt ?? now))) / 1000
  const degraded = readDegraded(...rows.map((row) => row.degraded))
  return { batch, counts, startedAt, fraction, rate: recent / Math.max(1, seconds), degraded }
}

export interface ItemPage {
  readonly limit: number
  readonly state: ItemState | undefined
  /** The position of the last one on the page before. */
  readonly after: number | undefined
}

export async function listItems(
  queries: Queries,
  batchId: BatchId,
  { limit, state, after = -1 }: ItemPage,
): Promise<readonly BatchItem[]> {
  let wanted = queries
    .selectFrom('batch_items')
    .select([
      'position',
      'label',
      'state',
      'owner',
      'attempt',
      'problem',
      'degraded',
      'percent',
      'started_at',
      'ended_at',
    ])
    .where('batch_id', '=', batchId)
    .where('position', '>', after)
  if (state === 'waiting') wanted = wanted.where('state', '=', 'open').where('owner', 'is', null)
  else if (state === 'running') wanted = wanted.where('state', '=', 'open').where('owner', 'is not', null)
  else if (state !== undefined) wanted = wanted.where('state', '=', state)
  const rows = await wanted.orderBy('position').limit(limit).execute()
  const results = await resultsOf(
    queries,
    batchId,
    rows.map(({ position }) => position),
  )
  return rows.map((row) => ({
    position: row.position,
    label: row.label,
    state: itemStateOf(row),
    attempts: row.attempt,
    problem: row.problem === null ? undefined : (JSON.parse(row.problem) as SerialisedProblem),
    degraded: readDegraded(row.degraded),
    fraction: itemStateOf(row) === 'running' && row.percent !== null ? row.percent / 100 : undefined,
    startedAt: row.started_at ?? undefined,
    endedAt: row.ended_at ?? undefined,
    results: results.get(row.position) ?? [],
  }))
}

async function resultsOf(
  queries: Queries,
  batchId: BatchId,
  positions: readonly number[],
): Promise<ReadonlyMap<number, readonly ItemResult[]>> {
  if (positions.length === 0) return new Map()
  const rows = await queries
    .selectFrom('batch_results')
    .selectAll()
    .where('batch_id', '=', batchId)
    .where('position', 'in', [...positions])
    .orderBy('position')
    .orderBy('output')
    .execute()
  return Map.groupBy(
    rows.map((row) => ({ position: row.position, ...resultOf(row) })),
    ({ position }) => position,
  )
}

function resultOf(row: Selectable<Schema['batch_results']>): ItemResult {
  const { output, name, format, width, height, size, path, hash, origin, etag, content } = row
  return {
    output,
    name: name ?? undefined,
    format: format as MadeFormat,
    width,
    height,
    size,
    image: path === null || hash === null ? undefined : { path, hash },
    object: path === null || origin === null ? undefined : { origin, path, etag: etag ?? undefined },
    content: content ?? undefined,
  }
}

function itemStateOf({ state, owner }: { readonly state: string; readonly owner: string | null }): ItemState {
  if (state === 'open') return owner === null ? 'waiting' : 'running'
  return state as ItemState
}

function batchOf(row: Pick<Selectable<Schema['batches']>, (typeof batchColumns)[number]>): Batch {
  return {
    id: row.id as BatchId,
    projectId: row.project_id as ProjectId,
    name: row.name ?? undefined,
    state: row.state as BatchState,
    items: row.items,
    createdAt: row.created_at,
    endedAt: row.ended_at ?? undefined,
  }
}
