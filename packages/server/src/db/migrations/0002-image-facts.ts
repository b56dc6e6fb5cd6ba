/** What was found out about the pixels and metadata of a blob, with the revision of the analysis that found it. */
import { sql } from 'kysely'
import type { MigrationStep } from './migration-step.ts'

export const imageFacts: MigrationStep = async (db, kind) => {
  // As in the table it refers to.
  const bytes = kind === 'postgres' ? sql`text collate "C"` : sql`text`
  await db.schema
    .createTable('image_facts')
    .addColumn('project_id', 'text', (column) => column.notNull())
    .addColumn('hash', bytes, (column) => column.notNull())
    .addColumn('revision', 'integer', (column) => column.notNull())
    .addColumn('facts', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('image_facts_pk', ['project_id', 'hash'])
    .addForeignKeyConstraint(
      'image_facts_blob',
      ['project_id', 'hash'],
      'blobs',
      ['project_id', 'hash'],
      (key) => key.onDelete('cascade'),
    )
    .execute()
}
