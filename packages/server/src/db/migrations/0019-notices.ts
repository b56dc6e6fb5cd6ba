/** What the operator has to say to everybody or to a team, and who has seen it. */
import type { MigrationStep } from './migration-step.ts'

export const notices: MigrationStep = async (db) => {
  await db.schema
    .createTable('notices')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('team_id', 'text', (column) => column.references('teams.id').onDelete('cascade'))
    .addColumn('title', 'text', (column) => column.notNull())
    .addColumn('text', 'text', (column) => column.notNull())
    .addColumn('starts_at', 'bigint', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('notices_team').on('notices').columns(['team_id', 'id']).execute()
  await db.schema
    .createTable('dismissed_notices')
    .addColumn('notice_id', 'text', (column) => column.notNull().references('notices.id').onDelete('cascade'))
    .addColumn('user_id', 'text', (column) => column.notNull().references('users.id').onDelete('cascade'))
    .addPrimaryKeyConstraint('dismissed_notices_pk', ['notice_id', 'user_id'])
    .execute()
  await db.schema.createIndex('dismissed_notices_user').on('dismissed_notices').column('user_id').execute()
}
