/** The few SQL spellings that SQLite and PostgreSQL do not share. */
import { sql } from 'kysely'
import type { Database, TransactionQueries } from './database.ts'
import type { Step } from './step.ts'

/**
 * Keeps other writers of a project out until the transaction ends. SQLite needs nothing: `begin immediate` already
 * excludes every writer. Held for a few milliseconds: never across network or decoding.
 */
export async function lockProject(
  database: Database,
  queries: TransactionQueries,
  projectId: string,
): Promise<void> {
  if (database.kind !== 'sqlite') await projectLock(projectId).execute(queries)
}

/** The same as the first steps of a transaction. */
export function lockSteps({ kind, queries }: Database, projectId: string): readonly Step[] {
  return kind === 'sqlite' ? [] : [{ query: { compile: () => projectLock(projectId).compile(queries) } }]
}

function projectLock(projectId: string) {
  return sql`select pg_advisory_xact_lock(hashtextextended(${projectId}, 0))`
}

/**
 * Leaves nothing of what was deleted in files: SQLite's log still holds the pages as they were. What PostgreSQL deletes
 * is overwritten by its own vacuum.
 */
export async function forgetDeleted({ kind, queries }: Database): Promise<void> {
  if (kind === 'sqlite') await sql`pragma wal_checkpoint(truncate)`.execute(queries)
}

/** Pattern for `like … escape '\'` that finds `text` anywhere. */
export function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, (character) => `\\${character}`)}%`
}
