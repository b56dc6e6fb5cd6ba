/**
 * Removes every row of a project, the project's own last: a removal that is cut short goes on at the next try.
 *
 * The large tables go in pieces, each a transaction of its own, so that other writers get their turn in between.
 */
import type { Database, Queries } from '../db/index.ts'
import type { ProjectId } from './project.ts'

const pieceRows = 500

/** Children before parents. */
const small = [
  'webhook_deliveries',
  'webhooks',
  'jobs',
  'idempotency_keys',
  'batches',
  'exports',
  'pending_uploads',
  'folders',
  'presets',
  'origins',
  'domains',
  'former_slugs',
  'api_keys',
  'signing_secrets',
  'usage_periods',
  'transforms',
  'audit_events',
] as const

export async function removeProjectRows(
  database: Database,
  projectId: ProjectId,
  signal: AbortSignal,
): Promise<void> {
  const { queries } = database
  for (const table of ['assets', 'trashed_assets'] as const) {
    const piece = () =>
      queries.selectFrom(table).select('id').where('project_id', '=', projectId).limit(pieceRows)
    await inPieces(signal, () =>
      queries.deleteFrom(table).where('id', 'in', piece()).executeTakeFirstOrThrow(),
    )
  }
  await queries.deleteFrom('asset_versions').where('project_id', '=', projectId).execute()
  await inPieces(signal, () => deleteBlobs(queries, projectId))
  await database.transaction(async (transaction) => {
    for (const table of small)
      await transaction.deleteFrom(table).where('project_id', '=', projectId).execute()
    await transaction.deleteFrom('projects').where('id', '=', projectId).execute()
  })
}

/** What is known of a blob goes with it. */
function deleteBlobs(queries: Queries, projectId: ProjectId) {
  const piece = queries
    .selectFrom('blobs')
    .select('hash')
    .where('project_id', '=', projectId)
    .limit(pieceRows)
  return queries
    .deleteFrom('blobs')
    .where('project_id', '=', projectId)
    .where('hash', 'in', piece)
    .executeTakeFirstOrThrow()
}

async function inPieces(
  signal: AbortSignal,
  remove: () => Promise<{ readonly numDeletedRows: bigint }>,
): Promise<void> {
  do signal.throwIfAborted()
  while ((await remove()).numDeletedRows > 0n)
}
