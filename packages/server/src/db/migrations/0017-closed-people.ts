/** When the account of a person who closed it is deleted, and by which link it opens again until then. */
import type { MigrationStep } from './migration-step.ts'

export const closedPeople: MigrationStep = async (db) => {
  const users = db.schema.alterTable('users')
  await users.addColumn('delete_after', 'bigint').execute()
  await users.addColumn('restore_hash', 'text').execute()
  await db.schema.createIndex('users_restore').on('users').column('restore_hash').execute()
}
