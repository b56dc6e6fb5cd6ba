/**
 * What is known of a blob's picture, in a row beside it: written only while the blob is there, in one statement, so
 * that whoever deletes it meanwhile leaves nothing behind.
 */
import { type Insertable, sql } from 'kysely'
import type { BlobHash } from '../assets/index.ts'
import type { Database, Schema } from '../db/index.ts'
import type { ProjectId } from '../projects/index.ts'

export interface BlobKey {
  readonly projectId: ProjectId
  readonly hash: BlobHash
}

interface RowBeside<Table extends 'image_facts' | 'image_sightings'> {
  readonly table: Table
  readonly values: Omit<Insertable<Schema[Table]>, 'project_id' | 'hash'>
}

/** Replaces what an earlier revision told. `false` when there is no such blob, and so nothing was stored. */
export async function storeBeside<Table extends 'image_facts' | 'image_sightings'>(
  { queries }: Database,
  { projectId, hash }: BlobKey,
  { table, values }: RowBeside<Table>,
): Promise<boolean> {
  const columns = Object.keys(values).map((name) => sql.ref(name))
  // PostgreSQL must be told what the values of a select are.
  const cells = Object.values(values).map((value) =>
    typeof value === 'number' ? sql`cast(${value} as bigint)` : sql`cast(${value} as text)`,
  )
  const { numAffectedRows = 0n } = await sql`
    insert into ${sql.table(table)} (project_id, hash, ${sql.join(columns)})
    select project_id, hash, ${sql.join(cells)} from blobs
    where project_id = ${projectId} and hash = ${hash}
    on conflict (project_id, hash) do update
    set ${sql.join(columns.map((column) => sql`${column} = excluded.${column}`))}
  `.execute(queries)
  return numAffectedRows > 0n
}
