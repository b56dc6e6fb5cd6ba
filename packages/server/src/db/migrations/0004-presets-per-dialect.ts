/** A preset's name is unique among those of its dialect. SQLite cannot drop a constraint, so the table is made anew. */
import { sql } from 'kysely'
import type { MigrationStep } from './migration-step.ts'

export const presetsPerDialect: MigrationStep = async (db) => {
  await db.schema
    .createTable('new_presets')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id'))
    .addColumn('dialect', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('description', 'text')
    .addColumn('params', 'text', (column) => column.notNull())
    .addColumn('usage_count', 'bigint', (column) => column.notNull().defaultTo(0))
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addUniqueConstraint('presets_project_dialect_name', ['project_id', 'dialect', 'name'])
    .execute()
  const columns = sql.raw(
    'id, project_id, dialect, name, description, params, usage_count, created_at, updated_at',
  )
  await sql`insert into new_presets (${columns}) select ${columns} from presets`.execute(db)
  await db.schema.dropTable('presets').execute()
  await db.schema.alterTable('new_presets').renameTo('presets').execute()
}
