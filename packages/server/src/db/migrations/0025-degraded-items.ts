/** What models would have done better for the pictures of jobs, and were not here for. */
import type { MigrationStep } from './migration-step.ts'

export const degradedItems: MigrationStep = async (db) => {
  await db.schema.alterTable('batch_items').addColumn('degraded', 'text').execute()
}
