/**
 * Opens the database that the configuration names and brings it to this version's schema.
 *
 * The SQLite thread starts before Kysely is loaded: both take tens of milliseconds and run side by side.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Database, DatabaseStartError } from './database.ts'
import { migrationNames } from './migrations/names.ts'
import { SqliteThread } from './sqlite/thread.ts'

const busyTimeoutMs = 5_000

export interface DatabaseOptions {
  readonly FOVEA_DATA_DIR: string
  readonly FOVEA_DATABASE_URL?: string | undefined
}

/**
 * @throws DatabaseStartError with a sentence when the database cannot be opened or does not fit
 */
export async function createDatabase(config: DatabaseOptions): Promise<Database> {
  const url = config.FOVEA_DATABASE_URL
  if (url !== undefined && /^postgres(ql)?:/.test(url)) return openPostgres(url)
  await mkdir(config.FOVEA_DATA_DIR, { recursive: true, mode: 0o711 })
  return openSqlite(url === undefined ? join(config.FOVEA_DATA_DIR, 'meta.db') : sqlitePath(url))
}

async function openSqlite(path: string): Promise<Database> {
  const opening = SqliteThread.open({ path, busyTimeoutMs, migrationNames })
  const [{ thread, isMigrated }, { databaseOver }, { ThreadedSqliteDialect }] = await Promise.all([
    opening,
    import('./kysely-database.ts'),
    import('./sqlite/dialect.ts'),
  ])
  return ready(
    databaseOver(new ThreadedSqliteDialect(thread), 'sqlite', () => thread.close()),
    isMigrated,
  )
}

async function openPostgres(url: string): Promise<Database> {
  const [{ databaseOver, isMigrated }, { openPostgresPool }] = await Promise.all([
    import('./kysely-database.ts'),
    import('./postgres.ts'),
  ])
  const { dialect, end } = openPostgresPool(url)
  const database = databaseOver(dialect, 'postgres', end)
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

async function ready(database: Database, isMigrated: boolean): Promise<Database> {
  if (isMigrated) return database
  const { migrate } = await import('./migrate.ts')
  try {
    await migrate(database)
  } catch (error) {
    await database.close()
    throw error
  }
  return database
}

/** `sqlite:relative.db`, `sqlite:/absolute.db` and `sqlite:///absolute.db` name a file. */
function sqlitePath(url: string): string {
  const path = url.slice('sqlite:'.length).replace(/^\/\/(?=\/)/, '')
  if (path === '') throw new DatabaseStartError(`FOVEA_DATABASE_URL: ${url} names no file`)
  return path
}
