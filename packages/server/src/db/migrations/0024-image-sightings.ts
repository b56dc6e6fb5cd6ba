/** What models saw in a blob, with the revision of those models: see facts/sighting-service.ts. */
import { sql } from 'kysely'
import type { MigrationStep } from './migration-step.ts'

export const imageSightings: MigrationStep = async (db, kind) => {
  // As in the table it refers to.
  const bytes = kind === 'postgres' ? sql`text collate "C"` : sql`text`
  await db.schema
    .createTable('image_sightings')
    .addColumn('project_id', 'text', (column) => column.notNull())
    .addColumn('hash', bytes, (column) => column.notNull())
    .addColumn('revision', 'text', (column) => column.notNull())
    .addColumn('seen', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('image_sightings_pk', ['project_id', 'hash'])
    .addForeignKeyConstraint(
      'image_sightings_blob',
      ['project_id', 'hash'],
      'blobs',
      ['project_id', 'hash'],
      (key) => key.onDelete('cascade'),
    )
    .execute()
}
