/** Where projects are told what happens, and what was told. */
import type { MigrationStep } from './migration-step.ts'

export const webhooks: MigrationStep = async (db) => {
  await db.schema
    .createTable('webhooks')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('project_id', 'text', (column) =>
      column.notNull().references('projects.id').onDelete('cascade'),
    )
    .addColumn('url', 'text', (column) => column.notNull())
    .addColumn('description', 'text', (column) => column.notNull())
    .addColumn('events', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('state_reason', 'text')
    .addColumn('sealed', 'text', (column) => column.notNull())
    .addColumn('failures', 'integer', (column) => column.notNull())
    .addColumn('failing_since', 'bigint')
    .addColumn('quiet_until', 'bigint')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('webhooks_project').on('webhooks').columns(['project_id', 'state']).execute()
  await db.schema
    .createTable('webhook_deliveries')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('project_id', 'text', (column) =>
      column.notNull().references('projects.id').onDelete('cascade'),
    )
    .addColumn('webhook_id', 'text', (column) =>
      column.notNull().references('webhooks.id').onDelete('cascade'),
    )
    .addColumn('message_id', 'text', (column) => column.notNull())
    .addColumn('event', 'text', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('job_id', 'text', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('status', 'integer')
    .addColumn('error', 'text')
    .addColumn('answer', 'text')
    .addColumn('duration_ms', 'integer')
    .addColumn('attempted_at', 'bigint')
    .addColumn('next_at', 'bigint')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute()
  const deliveries = 'webhook_deliveries'
  await db.schema.createIndex(`${deliveries}_log`).on(deliveries).columns(['webhook_id', 'id']).execute()
  await db.schema
    .createIndex(`${deliveries}_message`)
    .on(deliveries)
    .columns(['webhook_id', 'message_id'])
    .unique()
    .execute()
  await db.schema.createIndex(`${deliveries}_job`).on(deliveries).columns(['job_id']).execute()
  await db.schema.createIndex(`${deliveries}_age`).on(deliveries).columns(['created_at']).execute()
  await db.schema.createIndex(`${deliveries}_project`).on(deliveries).columns(['project_id']).execute()
}
