/** Who changed what, and when. No references: what happened stays true when its project or person is gone. */
import type { MigrationStep } from './migration-step.ts'

export const audit: MigrationStep = async (db) => {
  await db.schema
    .createTable('audit_events')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('project_id', 'text')
    .addColumn('team_id', 'text')
    .addColumn('actor_kind', 'text', (column) => column.notNull())
    .addColumn('actor_id', 'text', (column) => column.notNull())
    .addColumn('actor_name', 'text', (column) => column.notNull())
    .addColumn('action', 'text', (column) => column.notNull())
    .addColumn('target', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute()
  for (const column of ['project_id', 'team_id', 'actor_id']) {
    await db.schema
      .createIndex(`audit_events_${column.replace('_id', '')}`)
      .on('audit_events')
      .columns([column, 'id'])
      .execute()
  }
  await db.schema.createIndex('audit_events_age').on('audit_events').column('created_at').execute()
}
