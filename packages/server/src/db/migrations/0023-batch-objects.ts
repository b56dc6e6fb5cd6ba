/** Results of jobs that have become objects in a bucket: the origin that has them, and their version there. */
import type { MigrationStep } from './migration-step.ts'

export const batchObjects: MigrationStep = async (db) => {
  for (const column of ['origin', 'etag'])
    await db.schema.alterTable('batch_results').addColumn(column, 'text').execute()
}
