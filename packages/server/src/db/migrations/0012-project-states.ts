/** In which state a project is, why, and when a closed one is deleted; and who operates the installation. */
import { sql } from 'kysely'
import type { MigrationStep } from './migration-step.ts'

export const projectStates: MigrationStep = async (db) => {
  const projects = db.schema.alterTable('projects')
  await projects.addColumn('state', 'text', (column) => column.notNull().defaultTo('active')).execute()
  await projects.addColumn('state_reason', 'text').execute()
  await projects.addColumn('delete_after', 'bigint').execute()
  await db.schema
    .alterTable('users')
    .addColumn('is_operator', 'integer', (column) => column.notNull().defaultTo(0))
    .execute()
  // The first person of an installation is the one its first start made.
  await sql`update users set is_operator = 1
    where id in (select id from users order by created_at, id limit 1)`.execute(db)
}
