/** `Database` over any Kysely dialect. */
import { type Dialect, Kysely } from 'kysely'
import type { Database, DatabaseKind } from './database.ts'
import type { Schema } from './schema.ts'

const undefinedTable = '42P01'

/** `end` closes the connections below: Kysely itself closes nothing before a first query has been sent. */
export function databaseOver(dialect: Dialect, kind: DatabaseKind, end: () => Promise<void>): Database {
  const queries = new Kysely<Schema>({ dialect })
  let closing: Promise<void> | undefined
  return {
    kind,
    queries,
    transaction: (work) => queries.transaction().execute(work),
    close() {
      closing ??= queries.destroy().then(end)
      return closing
    },
  }
}

/** Whether exactly these migrations have run; one query, so that an ordinary start does not load the migrator. */
export async function isMigrated(database: Database, names: readonly string[]): Promise<boolean> {
  const queries = database.queries as unknown as Kysely<{ kysely_migration: { name: string } }>
  try {
    const rows = await queries.selectFrom('kysely_migration').select('name').orderBy('name').execute()
    return rows.length === names.length && rows.every((row, index) => row.name === names[index])
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === undefinedTable) return false
    throw error
  }
}
