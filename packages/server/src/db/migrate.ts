/** Brings a database to this version's schema. Safe when two processes start together: one waits for the other. */
import type { Kysely } from 'kysely'
import { Migrator } from 'kysely/migration'
import { type Database, DatabaseStartError } from './database.ts'
import { migrations } from './migrations/index.ts'

/** @throws DatabaseStartError when a step fails or the database belongs to a newer version */
export async function migrate({ queries, kind }: Database): Promise<void> {
  // The migrator knows tables by name only.
  const db = queries as unknown as Kysely<unknown>
  const steps = Object.entries(migrations).map(([name, step]) => [
    name,
    { up: (on: Kysely<unknown>) => step(on, kind) },
  ])
  const migrator = new Migrator({ db, provider: { getMigrations: async () => Object.fromEntries(steps) } })
  const { error, results } = await migrator.migrateToLatest()
  if (error === undefined) return
  const failed = results?.find((result) => result.status === 'Error')?.migrationName
  const reason = error instanceof Error ? error.message : String(error)
  throw new DatabaseStartError(
    failed === undefined
      ? `The database does not fit this version of Fovea: ${reason}`
      : `Database migration ${failed} failed: ${reason}`,
    { cause: error },
  )
}
