/** How far the pictures of jobs have come that are being made. */
import type { MigrationStep } from './migration-step.ts'

export const itemProgress: MigrationStep = async (db) => {
  await db.schema.alterTable('batch_items').addColumn('percent', 'integer').execute()
}
