/** Statements about what models saw. It goes with its blob. */
import type { Seen } from '@fovea/core'
import type { Database } from '../db/index.ts'
import { type BlobKey, storeBeside } from './beside-blob.ts'

/** What was seen by models of one of these revisions. */
export async function findSightings(
  { queries }: Database,
  { projectId, hash }: BlobKey,
  revisions: readonly string[],
): Promise<Seen | undefined> {
  const row = await queries
    .selectFrom('image_sightings')
    .select('seen')
    .where('project_id', '=', projectId)
    .where('hash', '=', hash)
    .where('revision', 'in', revisions)
    .executeTakeFirst()
  // Checked before it was stored.
  return row === undefined ? undefined : (JSON.parse(row.seen) as Seen)
}

/** `false` when there is no such blob, and so nothing was stored. */
export function storeSightings(
  database: Database,
  { projectId, hash, revision }: BlobKey & { readonly revision: string },
  seen: Seen,
): Promise<boolean> {
  const values = { revision, seen: JSON.stringify(seen), created_at: Date.now() }
  return storeBeside(database, { projectId, hash }, { table: 'image_sightings', values })
}
