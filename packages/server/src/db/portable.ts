/** The few SQL spellings that SQLite and PostgreSQL do not share. */
import { type Expression, type RawBuilder, sql } from 'kysely'
import type { Database, TransactionQueries } from './database.ts'

/**
 * Keeps other writers of a project out until the transaction ends. SQLite needs nothing: `begin immediate` already
 * excludes every writer. Held for a few milliseconds: never across network or decoding.
 */
export async function lockProject(
  database: Database,
  queries: TransactionQueries,
  projectId: string,
): Promise<void> {
  if (database.kind === 'sqlite') return
  await sql`select pg_advisory_xact_lock(hashtextextended(${projectId}, 0))`.execute(queries)
}

/** Text before the first slash; the whole text when there is none. */
export function firstSegment(database: Database, path: Expression<string>): RawBuilder<string> {
  return database.kind === 'postgres'
    ? sql<string>`split_part(${path}, '/', 1)`
    : sql<string>`substr(${path}, 1, instr(${path} || '/', '/') - 1)`
}

/** Pattern for `like … escape '\'` that finds `text` anywhere. */
export function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, (character) => `\\${character}`)}%`
}
