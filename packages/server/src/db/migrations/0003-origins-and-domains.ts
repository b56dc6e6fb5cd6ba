/** Where pictures come from beside uploads, under which host names a project answers, and the slugs it once had. */
import type { MigrationStep } from './migration-step.ts'

export const originsAndDomains: MigrationStep = async (db) => {
  await db.schema
    .createTable('origins')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('prefix', 'text', (column) => column.notNull())
    .addColumn('settings', 'text', (column) => column.notNull())
    .addColumn('sealed', 'text')
    .addColumn('revision', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addUniqueConstraint('origins_project_name', ['project_id', 'name'])
    .execute()

  await db.schema
    .createTable('domains')
    .addColumn('host', 'text', (column) => column.primaryKey())
    .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id'))
    .addColumn('dialect', 'text', (column) => column.notNull())
    .addColumn('origin', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('domains_project').on('domains').columns(['project_id', 'host']).execute()

  await db.schema
    .createTable('former_slugs')
    .addColumn('slug', 'text', (column) => column.primaryKey())
    .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id'))
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute()

  await db.schema
    .alterTable('presets')
    .addColumn('dialect', 'text', (column) => column.notNull().defaultTo('img-src'))
    .execute()
}
