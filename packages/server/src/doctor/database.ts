/** Whether the database answers and has this version's tables. Looks only: nothing is created or migrated. */
import { existsSync } from 'node:fs'
import type { Config } from '../config.ts'
import { migrationNames, sqlitePath } from '../db/index.ts'
import { type Finding, found } from './finding.ts'
import { type Ask, lostWatermarks } from './watermarks.ts'

export function checkDatabase(config: Config): Promise<Finding> {
  return found('database', () => {
    const path = sqlitePath(config)
    return path === undefined ? checkPostgres(config.FOVEA_DATABASE_URL ?? '') : checkSqlite(path)
  })
}

async function checkSqlite(path: string): Promise<Omit<Finding, 'name'>> {
  const { default: Sqlite } = await import('better-sqlite3')
  if (!existsSync(path)) {
    const version = new Sqlite(':memory:').prepare<[], { v: string }>('select sqlite_version() as v').get()?.v
    return { state: 'well', detail: `SQLite ${version} works; ${path} will be made at the first start` }
  }
  const started = performance.now()
  const database = new Sqlite(path, { readonly: true })
  try {
    const verdict = database.pragma('quick_check(1)', { simple: true })
    if (verdict !== 'ok') throw new Error(`${path} is damaged: ${String(verdict)}`)
    const done = database.prepare<[], { name: string }>('select name from kysely_migration').all()
    const finding = judged('SQLite', path, done, performance.now() - started)
    return await withContents(finding, async (statement, values) =>
      database.prepare(statement).all(...values),
    )
  } finally {
    database.close()
  }
}

async function checkPostgres(url: string): Promise<Omit<Finding, 'name'>> {
  const { default: pg } = await import('pg')
  const started = performance.now()
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  try {
    await client.connect()
    const { rows } = await client.query<{ server_version: string }>('show server_version')
    const ms = performance.now() - started
    const name = `PostgreSQL ${rows[0]?.server_version}`
    const exists = await client.query<{ found: string | null }>(
      "select to_regclass('kysely_migration')::text as found",
    )
    if (exists.rows[0]?.found == null) {
      return {
        state: 'well',
        detail: `${name} answers; its tables will be made at the first start`,
        ms: Math.round(ms),
      }
    }
    const done = await client.query<{ name: string }>('select name from kysely_migration')
    const finding = judged(name, 'it', done.rows, ms)
    return await withContents(finding, async (statement, values) => {
      let number = 0
      const numbered = statement.replaceAll('?', () => `$${++number}`)
      return (await client.query(numbered, [...values])).rows
    })
  } catch (error) {
    throw new Error(
      `PostgreSQL (FOVEA_DATABASE_URL) does not answer: ${error instanceof Error ? error.message : error}`,
    )
  } finally {
    await client.end().catch(() => {})
  }
}

/** What is wrong inside a database of this version. */
async function withContents(finding: Omit<Finding, 'name'>, ask: Ask): Promise<Omit<Finding, 'name'>> {
  if (finding.state !== 'well') return finding
  const lost = await lostWatermarks(ask)
  return lost.length === 0
    ? finding
    : { ...finding, state: 'broken', detail: [finding.detail, ...lost].join('; ') }
}

function judged(
  name: string,
  place: string,
  done: readonly { name: string }[],
  ms: number,
): Omit<Finding, 'name'> {
  const names = new Set(done.map((row) => row.name))
  const pending = migrationNames.filter((migration) => !names.has(migration))
  const foreign = [...names].filter((migration) => !migrationNames.includes(migration))
  if (foreign.length > 0)
    throw new Error(`${place} belongs to a newer version of Fovea (${foreign.join(', ')})`)
  const tables =
    pending.length === 0 ? 'all migrations done' : `${pending.length} migrations will run at the next start`
  return {
    state: pending.length === 0 ? 'well' : 'doubtful',
    detail: `${name} answers in ${ms.toFixed(1)} ms, ${tables}`,
    ms: Math.round(ms),
  }
}
