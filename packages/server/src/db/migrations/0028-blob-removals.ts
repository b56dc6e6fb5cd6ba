/** Originals that are being removed from a bucket, or were a short time ago: see assets/blob-removals.ts. */
import { sql } from 'kysely'
import type { MigrationStep } from './migration-step.ts'

export const blobRemovals: MigrationStep = async (db, kind) => {
  // As in the table of blobs. No reference to projects: what a project that is gone left is removed like this too.
  const bytes = kind === 'postgres' ? sql`text collate "C"` : sql`text`
  await db.schema
    .createTable('blob_removals')
    .addColumn('project_id', 'text', (column) => column.notNull())
    .addColumn('hash', bytes, (column) => column.notNull())
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('owner', 'text', (column) => column.notNull())
    .addColumn('begun_at', 'bigint', (column) => column.notNull())
    .addColumn('ended_at', 'bigint')
    .addPrimaryKeyConstraint('blob_removals_pk', ['project_id', 'hash'])
    .execute()
}
