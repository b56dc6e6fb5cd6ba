/**
 * The thread that owns SQLite: it may block on fsync and on locks, the HTTP loop may not.
 *
 * Two connections: writes and transactions on one, plain reads on the other (WAL lets them run side by side between
 * the statements of a transaction). Integers come back as numbers while they are exact, as bigint beyond.
 */
import { chmodSync, closeSync, openSync, statSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import BetterSqlite, { type Database } from 'better-sqlite3'
import type { CompiledStep } from '../step.ts'
import { Lane } from './lane.ts'
import type { SqliteLane, SqliteReply, SqliteRequest, SqliteWorkerData } from './protocol.ts'

const { path, busyTimeoutMs, migrationNames } = workerData as SqliteWorkerData
const port = parentPort
if (port === null) throw new Error('The SQLite worker runs in a worker thread only')

const reply = (message: SqliteReply) => port.postMessage(message)

try {
  start()
} catch (error) {
  reply({ kind: 'broken', ...described(error) })
  port.close()
}

function start(): void {
  // Only this process may read it: decoders with another uid pass through the data directory.
  closeSync(openSync(path, 'a', 0o600))
  chmodSync(path, 0o600)
  const write = connect({})
  write.pragma('journal_mode = WAL')
  // Power loss must not take an acknowledged upload; NORMAL would only survive the death of the process.
  write.pragma('synchronous = FULL')
  write.pragma('foreign_keys = ON')
  // What is deleted is gone from the file, too, not only from what can be asked for.
  write.pragma('secure_delete = ON')
  const lanes: Record<SqliteLane, Lane> = {
    write: new Lane(write),
    read: new Lane(connect({ readonly: true })),
  }
  port?.on('message', (request: SqliteRequest) => {
    if (request.kind === 'close') {
      lanes.read.database.close()
      lanes.write.database.close()
      reply({ kind: 'rows', id: request.id, rows: [] })
      port?.close()
      return
    }
    const { id } = request
    try {
      if (request.kind === 'at-once') reply({ kind: 'ended', id, isDone: atOnce(lanes.write, request.steps) })
      else reply({ kind: 'rows', id, ...lanes[request.lane].execute(request.sql, request.parameters) })
    } catch (error) {
      reply({ kind: 'failed', id, ...described(error) })
    }
  })
  reply({ kind: 'ready', isMigrated: isMigrated(write) })
}

/** Nothing of it is left when a step throws or does not hold. */
function atOnce(lane: Lane, steps: readonly CompiledStep[]): boolean {
  lane.execute('begin immediate', [])
  try {
    const isDone = steps.every((step) => holds(lane, step))
    lane.execute(isDone ? 'commit' : 'rollback', [])
    return isDone
  } catch (error) {
    // A refused commit (disk full) leaves it open; some failures have ended it.
    if (lane.database.inTransaction) lane.execute('rollback', [])
    throw error
  }
}

function holds(lane: Lane, step: CompiledStep): boolean {
  if ('fileMustExist' in step)
    return statSync(step.fileMustExist, { throwIfNoEntry: false })?.isFile() ?? false
  const { rows } = lane.execute(step.sql, step.parameters)
  return !step.mustReturn || rows.length > 0
}

function connect(options: BetterSqlite.Options): Database {
  const database = new BetterSqlite(path, { timeout: busyTimeoutMs, ...options })
  database.defaultSafeIntegers(true)
  return database
}

function isMigrated(database: Database): boolean {
  const table = database
    .prepare("select 1 from sqlite_master where type = 'table' and name = 'kysely_migration'")
    .get()
  if (table === undefined) return false
  const rows = database.prepare<[], { name: string }>('select name from kysely_migration order by name').all()
  return (
    rows.length === migrationNames.length && rows.every((row, index) => row.name === migrationNames[index])
  )
}

function described(error: unknown): { message: string; code?: string } {
  if (!(error instanceof Error)) return { message: String(error) }
  return 'code' in error && typeof error.code === 'string'
    ? { message: error.message, code: error.code }
    : { message: error.message }
}
