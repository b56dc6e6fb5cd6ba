/** Archives of what projects hold, made by jobs of the same id. */
import type { MigrationStep } from './migration-step.ts'

export const dataExports: MigrationStep = async (db) => {
  await db.schema
    .createTable('exports')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id'))
    .addColumn('user_id', 'text', (column) => column.references('users.id').onDelete('set null'))
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('files', 'integer', (column) => column.notNull())
    .addColumn('files_done', 'integer', (column) => column.notNull())
    .addColumn('size', 'bigint')
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('exports_project').on('exports').columns(['project_id', 'id']).execute()
  await db.schema.createIndex('exports_user').on('exports').column('user_id').execute()
}
