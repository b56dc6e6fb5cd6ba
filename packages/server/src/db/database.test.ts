/** Both engines behind one interface: transactions, exact integers, two processes starting together. */
import { chmod, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDatabase } from './create-database.ts'
import { DatabaseStartError } from './database.ts'
import { openTestDatabase, type TestDatabase, testKinds } from './databases.test-harness.ts'
import { isUniqueViolation } from './error.ts'
import { migrations } from './migrations/index.ts'
import { migrationNames } from './migrations/names.ts'

it('lists every migration in names.ts, in order', () => {
  expect([...migrationNames]).toEqual(Object.keys(migrations))
  expect([...migrationNames]).toEqual([...migrationNames].sort())
})

for (const { kind, skip } of testKinds) {
  describe.skipIf(skip !== undefined)(`database on ${kind}${skip === undefined ? '' : ` (${skip})`}`, () => {
    let test: TestDatabase

    beforeAll(async () => {
      test = await openTestDatabase(kind)
    })
    afterAll(() => test?.close())

    const put = (key: string, value: string) =>
      test.database.queries.insertInto('installation').values({ key, value }).execute()
    const value = async (key: string) =>
      (
        await test.database.queries
          .selectFrom('installation')
          .select('value')
          .where('key', '=', key)
          .executeTakeFirst()
      )?.value

    it('commits a transaction as a whole and rolls back what throws', async () => {
      await test.database.transaction(async (queries) => {
        await queries.insertInto('installation').values({ key: 'kept', value: '1' }).execute()
      })
      const failing = test.database.transaction(async (queries) => {
        await queries.insertInto('installation').values({ key: 'lost', value: '1' }).execute()
        throw new Error('no')
      })
      await expect(failing).rejects.toThrow('no')
      expect(await value('kept')).toBe('1')
      expect(await value('lost')).toBeUndefined()
      await put('after', '1')
    })

    it('lets others read while a transaction is open, without seeing its changes', async () => {
      const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>()
      const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
      const open = test.database.transaction(async (queries) => {
        await queries.insertInto('installation').values({ key: 'hidden', value: '1' }).execute()
        begin()
        await mayEnd
      })
      await begun
      expect(await value('hidden')).toBeUndefined()
      end()
      await open
      expect(await value('hidden')).toBe('1')
    })

    it('runs 50 read-modify-write transactions at once without losing one', async () => {
      await put('counter', '0')
      await Promise.all(
        Array.from({ length: 50 }, () =>
          test.database.transaction(async (queries) => {
            if (kind === 'postgres') await sql`select pg_advisory_xact_lock(1)`.execute(queries)
            const row = await queries
              .selectFrom('installation')
              .select('value')
              .where('key', '=', 'counter')
              .executeTakeFirstOrThrow()
            await queries
              .updateTable('installation')
              .set({ value: String(Number(row.value) + 1) })
              .where('key', '=', 'counter')
              .execute()
          }),
        ),
      )
      expect(await value('counter')).toBe('50')
    })

    it('keeps integers exact up to 2^53 and returns numbers for counts and sums', async () => {
      const rows = await sql<{ big: number; sum: number; count: number }>`
        select cast(${Number.MAX_SAFE_INTEGER} as bigint) as big, sum(n) as sum, count(*) as count
        from (select cast(3000000000 as bigint) as n union all select cast(4000000000 as bigint) as n) as numbers
      `.execute(test.database.queries)
      expect(rows.rows[0]).toEqual({ big: Number.MAX_SAFE_INTEGER, sum: 7_000_000_000, count: 2 })
    })

    it('recognises a unique violation by its code', async () => {
      await put('once', '1')
      const error = await put('once', '2').catch((caught: unknown) => caught)
      expect(isUniqueViolation(error)).toBe(true)
      const other = await sql`select * from nowhere`
        .execute(test.database.queries)
        .catch((caught: unknown) => caught)
      expect(other).toBeInstanceOf(Error)
      expect(isUniqueViolation(other)).toBe(false)
    })

    it('lets four openers migrate an empty database together', async () => {
      const empty = await openTestDatabase(kind)
      try {
        const { queries } = empty.database
        const tables = await queries.introspection.getTables({ withInternalKyselyTables: true })
        // The children of a table go with it on PostgreSQL; SQLite lets an empty parent go before them.
        const cascade = sql.raw(kind === 'postgres' ? ' cascade' : '')
        // A virtual table takes its own tables along.
        for (const { name } of tables)
          await sql`drop table if exists ${sql.table(name)}${cascade}`.execute(queries)
        const opened = await Promise.all([empty.open(), empty.open(), empty.open(), empty.open()])
        for (const database of opened) {
          expect(await database.queries.selectFrom('projects').selectAll().execute()).toEqual([])
        }
      } finally {
        await empty.close()
      }
    })

    it('refuses a database of a newer version with a sentence', async () => {
      const newer = await openTestDatabase(kind)
      try {
        await sql`insert into kysely_migration (name, timestamp) values ('9999-future', ${new Date().toISOString()})`.execute(
          newer.database.queries,
        )
        await expect(newer.open()).rejects.toThrow(/does not fit this version.*9999-future/)
      } finally {
        await newer.close()
      }
    })

    it('fails queries after close instead of hanging', async () => {
      const closing = await test.open()
      await closing.close()
      await closing.close()
      await expect(closing.queries.selectFrom('projects').selectAll().execute()).rejects.toThrow()
    })
  })
}

describe('SQLite files', () => {
  it('are readable by the owner only', async () => {
    const test = await openTestDatabase('sqlite')
    try {
      for (const name of ['meta.db', 'meta.db-wal', 'meta.db-shm']) {
        expect((await stat(join(test.dataDir, name))).mode & 0o777, name).toBe(0o600)
      }
    } finally {
      await test.close()
    }
  })

  it('are opened at the path of a sqlite: URL', async () => {
    const test = await openTestDatabase('sqlite')
    const path = join(test.dataDir, 'elsewhere.db')
    const database = await createDatabase({
      FOVEA_DATA_DIR: test.dataDir,
      FOVEA_DATABASE_URL: `sqlite:${path}`,
    })
    await database.close()
    expect((await stat(path)).isFile()).toBe(true)
    await test.close()
  })

  it('that cannot be opened stop the start with a sentence', async () => {
    const test = await openTestDatabase('sqlite')
    try {
      const opening = createDatabase({
        FOVEA_DATA_DIR: test.dataDir,
        FOVEA_DATABASE_URL: `sqlite:${test.dataDir}`,
      })
      await expect(opening).rejects.toThrow(DatabaseStartError)
      await expect(opening).rejects.toThrow(/cannot be opened/)
      await chmod(test.dataDir, 0o755)
    } finally {
      await test.close()
    }
  })

  it('do not block the event loop: a slow statement leaves timers on time', async () => {
    const test = await openTestDatabase('sqlite')
    try {
      let ticks = 0
      const timer = setInterval(() => ticks++, 5)
      const started = performance.now()
      await sql`with recursive n(i) as (select 1 union all select i + 1 from n where i < 3000000) select max(i) from n`.execute(
        test.database.queries,
      )
      const took = performance.now() - started
      clearInterval(timer)
      expect(took).toBeGreaterThan(50)
      // A loop that waited for the statement would find one tick due at the most, however busy the machine is.
      expect(ticks).toBeGreaterThan(2)
    } finally {
      await test.close()
    }
  })
})

it('says that PostgreSQL does not answer', async () => {
  const opening = createDatabase({
    FOVEA_DATA_DIR: '/nonexistent',
    FOVEA_DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
  })
  await expect(opening).rejects.toThrow(/FOVEA_DATABASE_URL\) does not answer/)
})
