/** Presets of a database from before they belonged to dialects and had versions. */
import { type Kysely, sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { openTestDatabase, testKinds } from './databases.test-harness.ts'
import { isUniqueViolation } from './error.ts'
import { presetsPerDialect } from './migrations/0004-presets-per-dialect.ts'
import { presetVersions } from './migrations/0005-preset-versions.ts'

describe.each(testKinds)('the migration of presets on $kind', ({ kind, skip }) => {
  it.skipIf(skip !== undefined)(
    'keeps every preset, whose names are then unique within a dialect',
    async () => {
      const test = await openTestDatabase(kind)
      try {
        const { queries } = test.database
        const run = (statement: string) => sql.raw(statement).execute(queries)
        await run(`insert into users (id, email, created_at) values ('u', 'a@b.test', 1)`)
        await run(`insert into projects
        (id, slug, name, owner_id, plan, generation, settings, created_at, updated_at)
        values ('p', 'demo', 'Demo', 'u', 'unlimited', 1, '{}', 1, 1)`)
        await run('drop table preset_versions')
        await run('drop table presets')
        await run(`create table presets (
        id text primary key, project_id text not null references projects (id), name text not null,
        description text, params text not null, usage_count bigint not null default 0,
        created_at bigint not null, updated_at bigint not null, dialect text not null default 'img-src',
        constraint presets_project_name unique (project_id, name))`)
        await run(`insert into presets values ('a', 'p', 'card', 'small', '{"w":1}', 7, 10, 20, 'img-src')`)

        const db = queries as unknown as Kysely<unknown>
        await presetsPerDialect(db, kind)
        await presetVersions(db, kind)

        const kept = { id: 'a', name: 'card', description: 'small', params: '{"w":1}', usage_count: 7 }
        expect(await queries.selectFrom('presets').selectAll().execute()).toEqual([
          { ...kept, project_id: 'p', dialect: 'img-src', created_at: 10, updated_at: 20, version: 1 },
        ])
        expect(await queries.selectFrom('preset_versions').selectAll().execute()).toEqual([
          {
            preset_id: 'a',
            version: 1,
            name: 'card',
            description: 'small',
            params: '{"w":1}',
            created_at: 20,
          },
        ])
        const same = (id: string, dialect: string) =>
          run(`insert into presets (id, project_id, dialect, name, params, created_at, updated_at)
          values ('${id}', 'p', '${dialect}', 'card', '{}', 1, 1)`)
        await same('b', 'cloudinary')
        const refused = await same('c', 'img-src').catch((error: unknown) => error)
        expect(isUniqueViolation(refused)).toBe(true)
        await run(`delete from presets where id = 'a'`)
        expect(await queries.selectFrom('preset_versions').selectAll().execute()).toEqual([])
      } finally {
        await test.close()
      }
    },
  )
})
