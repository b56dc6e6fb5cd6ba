/** Answers to requests that may come again: see idempotency/idempotency-keys.ts. */
import type { MigrationStep } from './migration-step.ts'

export const idempotencyKeys: MigrationStep = async (db) => {
  await db.schema
    .createTable('idempotency_keys')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('project_id', 'text', (column) => column.references('projects.id').onDelete('cascade'))
    .addColumn('head', 'text', (column) => column.notNull())
    .addColumn('attempt', 'integer', (column) => column.notNull())
    .addColumn('owner', 'text', (column) => column.notNull())
    .addColumn('lease_until', 'bigint', (column) => column.notNull())
    .addColumn('body_hash', 'text')
    .addColumn('answer', 'text')
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('idempotency_keys_old').on('idempotency_keys').columns(['expires_at']).execute()
  await db.schema
    .createIndex('idempotency_keys_project')
    .on('idempotency_keys')
    .columns(['project_id'])
    .execute()
}
