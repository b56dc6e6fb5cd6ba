/**
 * Teams have states as projects do. What is closed is what has a date to be deleted: the state beside it is the one
 * that opening again brings back.
 */
import { sql } from 'kysely'
import type { MigrationStep } from './migration-step.ts'

export const teamStates: MigrationStep = async (db) => {
  const teams = db.schema.alterTable('teams')
  await teams.addColumn('state', 'text', (column) => column.notNull().defaultTo('active')).execute()
  await teams.addColumn('state_reason', 'text').execute()
  await teams.addColumn('delete_after', 'bigint').execute()
  await sql`update projects set state = 'active' where state = 'closed'`.execute(db)
}
