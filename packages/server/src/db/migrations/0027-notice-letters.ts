/** When the letters of a notice left: those of one that begins later wait for its time. */
import { sql } from 'kysely'
import type { MigrationStep } from './migration-step.ts'

export const noticeLetters: MigrationStep = async (db) => {
  await db.schema.alterTable('notices').addColumn('mailed_at', 'bigint').execute()
  await sql`update notices set mailed_at = created_at`.execute(db)
}
