/** What a preset said before it was changed. */
import { sql } from 'kysely'
import type { MigrationStep } from './migration-step.ts'

export const presetVersions: MigrationStep = async (db) => {
  await db.schema
    .alterTable('presets')
    .addColumn('version', 'integer', (column) => column.notNull().defaultTo(1))
    .execute()
  await db.schema
    .createTable('preset_versions')
    .addColumn('preset_id', 'text', (column) => column.notNull().references('presets.id').onDelete('cascade'))
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('description', 'text')
    .addColumn('params', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('preset_versions_pk', ['preset_id', 'version'])
    .execute()
  await sql`insert into preset_versions (preset_id, version, name, description, params, created_at)
    select id, 1, name, description, params, updated_at from presets`.execute(db)
}
