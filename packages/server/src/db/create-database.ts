/** Opens the database that the configuration names and brings it to this version's schema. */
import { type Database, DatabaseStartError } from './database.ts'
import { databaseOver, isMigrated } from './kysely-database.ts'
import { migrationNames } from './migrations/names.ts'
import { openDatabaseThread } from './open-thread.ts'
import { ThreadedSqliteDialect } from './sqlite/dialect.ts'
import type { OpenedThread } from './sqlite/thread.ts'
import type { DatabaseOptions } from './sqlite-path.ts'
import { compiled } from './step.ts'

/**
 * `opening` is a thread that was started ahead.
 * @throws DatabaseStartError with a sentence when the database cannot be opened or does not fit
 */
export async function createDatabase(
  config: DatabaseOptions,
  opening: Promise<OpenedThread> | undefined = openDatabaseThread(config),
): Promise<Database> {
  if (opening === undefined) return openPostgres(config.FOVEA_DATABASE_URL ?? '')
  const { thread, isMigrated: isCurrent } = await opening
  const database = databaseOver({
    dialect: new ThreadedSqliteDialect(thread),
    kind: 'sqlite',
    atOnce: (steps) => thread.atOnce(steps.map(compiled)),
    end: () => thread.close(),
  })
  return ready(database, isCurrent)
}

async function openPostgres(url: string): Promise<Database> {
  const { openPostgresPool } = await import('./postgres.ts')
  const { dialect, end } = openPostgresPool(url)
  const database = databaseOver({ dialect, kind: 'postgres', end })
  try {
    return await ready(database, await isMigrated(database, migrationNames))
  } catch (error) {
    await database.close()
    if (error instanceof DatabaseStartError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new DatabaseStartError(`PostgreSQL (FOVEA_DATABASE_URL) does not answer: ${reason}`, {
      cause: error,
    })
  }
}

async function ready(database: Database, isCurrent: boolean): Promise<Database> {
  if (isCurrent) return database
  const { migrate } = await import('./migrate.ts')
  try {
    await migrate(database)
  } catch (error) {
    await database.close()
    throw error
  }
  return database
}
