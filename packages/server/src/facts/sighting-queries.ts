/** Statements about what models saw. It goes with its blob. */
import type { Seen } from '@fovea/core'
import { sql } from 'kysely'
import type { BlobHash } from '../assets/index.ts'
import type { Database } from '../db/index.ts'
import type { ProjectId } from '../projects/index.ts'

export interface SightingsKey {
  readonly projectId: ProjectId
  readonly hash: BlobHash
}

/** What was seen by models of one of these revisions. */
export async function findSightings(
  { queries }: Database,
  { projectId, hash }: SightingsKey,
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
export async function storeSightings(
  { queries }: Database,
  { projectId, hash, revision }: SightingsKey & { readonly revision: string },
  seen: Seen,
): Promise<boolean> {
  const values = { revision, seen: JSON.stringify(seen), created_at: Date.now() }
  const { numInsertedOrUpdatedRows = 0n } = await queries
    .insertInto('image_sightings')
    .columns(['project_id', 'hash', 'revision', 'seen', 'created_at'])
    .expression((from) =>
      from
        .selectFrom('blobs')
        .select([
          'project_id',
          'hash',
          sql<string>`cast(${values.revision} as text)`.as('revision'),
          sql<string>`cast(${values.seen} as text)`.as('seen'),
          sql<number>`cast(${values.created_at} as bigint)`.as('created_at'),
        ])
        .where('project_id', '=', projectId)
        .where('hash', '=', hash),
    )
    .onConflict((conflict) => conflict.columns(['project_id', 'hash']).doUpdateSet(values))
    .executeTakeFirstOrThrow()
  return numInsertedOrUpdatedRows > 0n
}
