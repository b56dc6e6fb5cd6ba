/**
 * Starts the SQLite thread, and nothing else: the server calls this before it loads the rest of itself, because
 * starting a thread and loading modules take tens of milliseconds each and can happen side by side.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseStartError } from './database.ts'
import { migrationNames } from './migrations/names.ts'
import { type OpenedThread, SqliteThread } from './sqlite/thread.ts'

export interface DatabaseOptions {
  readonly FOVEA_DATA_DIR: string
  readonly FOVEA_DATABASE_URL?: string | undefined
}

const busyTimeoutMs = 5_000

/**
 * `undefined` when the configuration names PostgreSQL. The result is for `createDatabase`, which also reports a
 * failure; until then none is raised.
 */
export function openDatabaseThread(config: DatabaseOptions): Promise<OpenedThread> | undefined {
  const url = config.FOVEA_DATABASE_URL
  if (url !== undefined && !url.startsWith('sqlite:')) return undefined
  const opening = open(config.FOVEA_DATA_DIR, url)
  opening.catch(() => {})
  return opening
}

async function open(dataDir: string, url: string | undefined): Promise<OpenedThread> {
  mkdirSync(dataDir, { recursive: true, mode: 0o711 })
  const path = url === undefined ? join(dataDir, 'meta.db') : sqlitePath(url)
  return SqliteThread.open({ path, busyTimeoutMs, migrationNames })
}

/** `sqlite:relative.db`, `sqlite:/absolute.db` and `sqlite:///absolute.db` name a file. */
function sqlitePath(url: string): string {
  const path = url.slice('sqlite:'.length).replace(/^\/\/(?=\/)/, '')
  if (path === '') throw new DatabaseStartError(`FOVEA_DATABASE_URL: ${url} names no file`)
  return path
}
