/**
 * The databases the repository suites run on: SQLite always, PostgreSQL when `FOVEA_TEST_POSTGRES_URL` names a server
 * that may create databases. `scripts/test.ts` starts one; with `CI=true` its absence is a failure.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { createDatabase } from './create-database.ts'
import type { Database, DatabaseKind } from './database.ts'

export interface TestDatabase {
  readonly database: Database
  readonly dataDir: string
  /** Another connection pool or thread on the same data, as a second process would have. */
  open(): Promise<Database>
  close(): Promise<void>
}

const serverUrl = process.env.FOVEA_TEST_POSTGRES_URL

if (serverUrl === undefined && process.env.CI === 'true') {
  throw new Error('CI needs FOVEA_TEST_POSTGRES_URL: the repository suite must run on PostgreSQL too')
}

/** Kinds to run a suite on, with the reason where one is left out. */
export const testKinds: readonly { readonly kind: DatabaseKind; readonly skip: string | undefined }[] = [
  { kind: 'sqlite', skip: undefined },
  { kind: 'postgres', skip: serverUrl === undefined ? 'set FOVEA_TEST_POSTGRES_URL to run it' : undefined },
]

/** An empty, migrated database of its own. */
export async function openTestDatabase(kind: DatabaseKind): Promise<TestDatabase> {
  const dataDir = await mkdtemp(join(tmpdir(), 'fovea-db-'))
  const url = kind === 'postgres' ? await createPostgres() : undefined
  const opened: Database[] = []
  const open = async () => {
    const database = await createDatabase({ FOVEA_DATA_DIR: dataDir, FOVEA_DATABASE_URL: url })
    opened.push(database)
    return database
  }
  return {
    database: await open(),
    dataDir,
    open,
    async close() {
      for (const database of opened) await database.close()
      if (url !== undefined) await onServer(`drop database ${new URL(url).pathname.slice(1)} with (force)`)
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

async function createPostgres(): Promise<string> {
  const name = `fovea_test_${process.pid}_${Math.random().toString(36).slice(2, 10)}`
  await onServer(`create database ${name}`)
  const url = new URL(serverUrl ?? '')
  url.pathname = `/${name}`
  return url.href
}

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client(serverUrl)
  await client.connect()
  await client.query(statement)
  await client.end()
}
