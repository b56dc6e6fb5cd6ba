/** A copy of a SQLite database as it is at one moment, while servers go on writing. */
import { chmod, rm } from 'node:fs/promises'
import BetterSqlite, { type Database } from 'better-sqlite3'
import { flushFile } from '../../storage/durable-file.ts'

/**
 * Writes the copy to `target`, flushed, for the owner alone. One read transaction: no writer waits for it.
 * @throws Error when `path` is no database, or `target` cannot be written
 */
export async function snapshotSqlite(path: string, target: string): Promise<void> {
  await rm(target, { force: true })
  const database = new BetterSqlite(path, { fileMustExist: true })
  try {
    database.pragma('busy_timeout = 10000')
    database.prepare('vacuum into ?').run(target)
  } finally {
    database.close()
  }
  await chmod(target, 0o600)
  await flushFile(target)
}

/** Originals that the rows of a copy name. */
export function* blobsOf(path: string): Generator<{ readonly project_id: string; readonly hash: string }> {
  const database: Database = new BetterSqlite(path, { readonly: true })
  try {
    yield* database
      .prepare<[], { project_id: string; hash: string }>('select project_id, hash from blobs')
      .iterate()
  } finally {
    database.close()
  }
}
