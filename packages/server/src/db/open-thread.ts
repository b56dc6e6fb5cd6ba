/**
 * Starts the SQLite thread, and nothing else: the server calls this before it loads the rest of itself, because
 * starting a thread and loading modules take tens of milliseconds each and can happen side by side.
 */
import { mkdirSync } from 'node:fs'
import { migrationNames } from './migrations/names.ts'
import { type OpenedThread, SqliteThread } from './sqlite/thread.ts'
import { type DatabaseOptions, sqlitePath } from './sqlite-path.ts'

const busyTimeoutMs = 5_000

/**
 * `undefined` when the configuration names PostgreSQL. The result is for `createDatabase`, which also reports a
 * failure; until then none is raised.
 */
export function openDatabaseThread(config: DatabaseOptions): Promise<OpenedThread> | undefined {
  const { FOVEA_DATABASE_URL: url } = config
  if (url !== undefined && !url.startsWith('sqlite:')) return undefined
  const opening = open(config)
  opening.catch(() => {})
  return opening
}

async function open(config: DatabaseOptions): Promise<OpenedThread> {
  mkdirSync(config.FOVEA_DATA_DIR, { recursive: true, mode: 0o711 })
  const path = sqlitePath(config) ?? ''
  return SqliteThread.open({ path, busyTimeoutMs, migrationNames })
}
