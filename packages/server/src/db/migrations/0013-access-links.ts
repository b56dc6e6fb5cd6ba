/** Links that open one image: see docs/adr/0016-access-links.md. */
import { sql } from 'kysely'
import type { MigrationStep } from './migration-step.ts'

export const accessLinks: MigrationStep = async (db, kind) => {
  // As in `blobs`, and for pages by id.
  const bytes = kind === 'postgres' ? sql`text collate "C"` : sql`text`
  await db.schema
    .createTable('access_links')
    .addColumn('id', bytes, (column) => column.primaryKey())
    .addColumn('project_id', 'text', (column) => column.notNull())
    .addColumn('hash', bytes, (column) => column.notNull())
    .addColumn('token_hash', 'text', (column) => column.notNull().unique())
    .addColumn('path', 'text', (column) => column.notNull())
    .addColumn('preset', 'text')
    .addColumn('note', 'text', (column) => column.notNull())
    .addColumn('max_uses', 'bigint')
    .addColumn('uses', 'bigint', (column) => column.notNull().defaultTo(0))
    .addColumn('last_used_at', 'bigint')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('revoked_at', 'bigint')
    .addForeignKeyConstraint(
      'access_links_blob',
      ['project_id', 'hash'],
      'blobs',
      ['project_id', 'hash'],
      (key) => key.onDelete('cascade'),
    )
    .execute()
  await db.schema
    .createIndex('access_links_project')
    .on('access_links')
    .columns(['project_id', 'id'])
    .execute()
  await db.schema
    .createIndex('access_links_image')
    .on('access_links')
    .columns(['project_id', 'hash', 'id'])
    .execute()
  await db.schema.createIndex('access_links_old').on('access_links').columns(['expires_at']).execute()
}
