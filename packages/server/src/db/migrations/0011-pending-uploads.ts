/** Uploads that were announced: where the bytes go, and what they must be like. */
import type { MigrationStep } from './migration-step.ts'

export const pendingUploads: MigrationStep = async (db) => {
  await db.schema
    .createTable('pending_uploads')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id'))
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('path', 'text')
    .addColumn('file_name', 'text', (column) => column.notNull())
    .addColumn('visibility', 'text')
    .addColumn('content_type', 'text')
    .addColumn('min_bytes', 'bigint', (column) => column.notNull())
    .addColumn('max_bytes', 'bigint', (column) => column.notNull())
    .addColumn('overwrite', 'integer', (column) => column.notNull())
    .addColumn('image_id', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('pending_uploads_old').on('pending_uploads').columns(['expires_at']).execute()
}
