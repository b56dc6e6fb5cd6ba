/** `Database` over any Kysely dialect. */
import { type Dialect, Kysely } from 'kysely'
import { runSteps } from './at-once.ts'
import type { Database, DatabaseKind } from './database.ts'
import type { Schema } from './schema.ts'

const undefinedTable = '42P01'

export interface Underneath {
  readonly dialect: Dialect
  readonly kind: DatabaseKind
  /** Where it has a shorter way than a transaction of several statements. */
  readonly atOnce?: Database['atOnce']
  /** Closes the connections: Kysely itself closes nothing before a first query has been sent. */
  end(): Promise<void>
}

export function databaseOver({ dialect, kind, atOnce, end }: Underneath): Database {
  const queries = new Kysely<Schema>({ dialect })
  const transaction: Database['transaction'] = (work) => queries.transaction().execute(work)
  let closing: Promise<void> | undefined
  return {
    kind,
    queries,
    transaction,
    atOnce: atOnce ?? ((steps) => runSteps(transaction, steps)),
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
