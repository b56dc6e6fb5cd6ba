/** Images that were there before the library came: found, counted and listed like new ones. */
import BetterSqlite from 'better-sqlite3'
import { Kysely, SqliteDialect, sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import { expect, it } from 'vitest'
import { migrations } from './index.ts'

it('takes over assets, versions and folders of an older database', async () => {
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: new BetterSqlite(':memory:') }) })
  const steps = Object.entries(migrations).map(
    ([name, up]) => [name, { up: (on: Kysely<unknown>) => up(on, 'sqlite') }] as const,
  )
  const migrator = new Migrator({ db, provider: { getMigrations: async () => Object.fromEntries(steps) } })
  expect((await migrator.migrateTo('0005-preset-versions')).error).toBeUndefined()
  const run = (statement: string) => sql.raw(statement).execute(db)
  await run("insert into users values ('u', 'a@b.c', 'x', 1)")
  await run(`insert into projects values ('p-ABC', 'demo', 'Demo', 'u', 'unlimited', 1, '{}', 1, 1)`)
  for (const hash of ['aa', 'bb'])
    await run(`insert into blobs values ('p-ABC', '${hash}', 1, 'png', '{}', 7)`)
  for (const [id, path, folder, hash] of [
    ['1', 'x/y/a.png', 'x/y', 'aa'],
    ['2', 'x/b.png', 'x', 'aa'],
    ['3', 'c.png', '', 'bb'],
  ] as const) {
    await run(`insert into assets (id, project_id, path, folder, stem, search_text, hash, generation, visibility,
      original_filename, created_at, updated_at)
      values ('${id}', 'p-ABC', '${path}', '${folder}', '', '${path}', '${hash}', 2, 'public', 'n.png', 9, 9)`)
    // The bytes of the first version were let go of, as it was then.
    await run(`insert into asset_versions values ('${id}', 1, 'cc', 1, 8)`)
    await run(`insert into asset_versions values ('${id}', 2, '${hash}', 1, 9)`)
  }
  expect((await migrator.migrateToLatest()).error).toBeUndefined()

  const rows = async (query: string) => (await sql.raw(query).execute(db)).rows
  expect(await rows('select distinct listed_at from assets')).toEqual([{ listed_at: 7 }])
  expect(await rows('select path, parent, name, images, own_images from folders order by path')).toEqual([
    { path: '', parent: null, name: '', images: 2, own_images: 1 },
    { path: 'x', parent: '', name: 'x', images: 1, own_images: 1 },
    { path: 'x/y', parent: 'x', name: 'y', images: 1, own_images: 1 },
  ])
  expect(await rows('select asset_id, generation, hash from asset_versions order by asset_id')).toEqual([
    { asset_id: '1', generation: 2, hash: 'aa' },
    { asset_id: '2', generation: 2, hash: 'aa' },
    { asset_id: '3', generation: 2, hash: 'bb' },
  ])
  expect(
    await rows(`select asset_id from asset_search join asset_search_keys on id = asset_search.rowid
      where asset_search match 'project : "ABC" AND words : "x/y"'`),
  ).toEqual([{ asset_id: '1' }])
  await db.destroy()
})
