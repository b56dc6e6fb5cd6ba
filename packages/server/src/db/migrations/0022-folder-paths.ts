/** How many paths lie directly in a folder: where they are as many as images, a list need not look for doubles. */
import { sql } from 'kysely'
import type { MigrationStep } from './migration-step.ts'

export const folderPaths: MigrationStep = async (db) => {
  await db.schema
    .alterTable('folders')
    .addColumn('own_paths', 'integer', (column) => column.notNull().defaultTo(0))
    .execute()
  await sql`update folders set own_paths = (
    select count(*) from assets where assets.project_id = folders.project_id and assets.folder = folders.path)`.execute(
    db,
  )
}
