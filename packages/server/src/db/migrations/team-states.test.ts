/** A project that was closed before teams had states: still closed, and its state is one that opening it can give back. */
import BetterSqlite from 'better-sqlite3'
import { Kysely, SqliteDialect, sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import { expect, it } from 'vitest'
import { migrations } from './index.ts'

it('keeps the date of a closed project and makes its state a lasting one', async () => {
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: new BetterSqlite(':memory:') }) })
  const steps = Object.entries(migrations).map(
    ([name, up]) => [name, { up: (on: Kysely<unknown>) => up(on, 'sqlite') }] as const,
  )
  const migrator = new Migrator({ db, provider: { getMigrations: async () => Object.fromEntries(steps) } })
  expect((await migrator.migrateTo('0012-project-states')).error).toBeUndefined()
  await sql`insert into users (id, email, created_at) values ('u', 'a@b.test', 1)`.execute(db)
  for (const [id, state, goneAt] of [
    ['p1', 'closed', 99],
    ['p2', 'frozen', null],
  ] as const) {
    await sql`insert into projects (id, slug, name, owner_id, plan, generation, settings, created_at, updated_at, state,
      delete_after) values (${id}, ${id}, 'P', 'u', 'unlimited', 1, '{}', 1, 1, ${state}, ${goneAt})`.execute(
      db,
    )
  }
  expect((await migrator.migrateToLatest()).error).toBeUndefined()
  const { rows } = await sql`select state, delete_after from projects order by id`.execute(db)
  expect(rows).toEqual([
    { state: 'active', delete_after: 99 },
    { state: 'frozen', delete_after: null },
  ])
  await db.destroy()
})
