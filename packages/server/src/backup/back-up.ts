/**
 * Copies an installation into a folder, beside a running server. The folder is a data directory: a server that is
 * started on it, or on a copy of it, is the installation as it was.
 *
 * Originals first, which takes its time and is cheap to repeat, because what the folder has is not copied again. Then
 * the database as it is at one moment, then the originals that its rows name and the first pass did not meet. Only
 * then does the new database take the place of the one before: an interrupted run leaves the last backup whole.
 */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type BlobHash, blobKey } from '../assets/index.ts'
import { type Config, ConfigError } from '../config.ts'
import { sqlitePath } from '../db/index.ts'
import type { ProjectId } from '../projects/index.ts'
import { isErrno, openStorage, replaceFile, type StorageDriver, syncDirectory } from '../storage/index.ts'
import { type CopyOptions, type CopyTally, copyAll, copyKey, newTally, pagesOf } from './copy-objects.ts'

export interface BackupOptions {
  readonly config: Config
  readonly folder: string
  /** PostgreSQL is copied by its own tool. */
  readonly withoutDatabase: boolean
  readonly isVerifying: boolean
  readonly signal: AbortSignal
  /** `total` objects were there when it began. */
  onProgress(done: number, total: number): void
}

export interface BackupReport extends Readonly<CopyTally> {
  readonly folder: string
  /** Objects that nothing refers to any more, removed from the folder. */
  readonly removed: number
  /** Originals that rows name and the storage does not have. */
  readonly missing: readonly string[]
}

/** Originals may be deleted between the two passes; a newer copy of the database does not name them. */
const snapshots = 3
const manifestName = 'backup.json'

/** @throws ConfigError with a sentence when this cannot be a backup of that installation in this folder */
export async function backUp(options: BackupOptions): Promise<BackupReport> {
  const { config, folder, signal } = options
  const database = options.withoutDatabase ? undefined : databaseOf(config)
  const key = await readKey(config)
  const installation = createHash('sha256').update(`fovea backup of ${key.text}`).digest('hex').slice(0, 16)
  await prepare(folder, installation)
  const source = await openStorage(config.FOVEA_DATA_DIR, config.FOVEA_STORAGE_URL)
  const target = await openStorage(folder)
  try {
    const tally = newTally()
    const total = await count(source.driver)
    const copying: CopyOptions = {
      from: source.driver,
      to: target.driver,
      isVerifying: options.isVerifying,
      signal,
      onObject: ({ objects }) => options.onProgress(objects, Math.max(objects, total)),
    }
    await copyAll(copying, tally)
    const missing = database === undefined ? [] : await copyDatabase(database, folder, copying, tally)
    if (key.isFile) await replaceFile(join(folder, 'secret.key'), key.text, 0o600)
    const removed = await removeStale(copying, folder, database !== undefined)
    const { objects, bytes } = tally
    await writeManifest(folder, { installation, finishedAt: new Date().toISOString(), objects, bytes })
    return { ...tally, folder, removed, missing }
  } finally {
    await target.close()
    await source.close()
  }
}

function databaseOf(config: Config): string {
  const path = sqlitePath(config)
  if (path !== undefined) {
    if (!existsSync(path)) throw new ConfigError(`There is no database at ${path}`)
    return path
  }
  throw new ConfigError(
    'FOVEA_DATABASE_URL: PostgreSQL is copied by pg_dump. Run that first, then this with --without-database',
  )
}

async function readKey({ FOVEA_SECRET_KEY, FOVEA_DATA_DIR }: Config) {
  if (FOVEA_SECRET_KEY !== undefined) return { text: FOVEA_SECRET_KEY, isFile: false }
  try {
    return { text: await readFile(join(FOVEA_DATA_DIR, 'secret.key'), 'utf8'), isFile: true }
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error
    throw new ConfigError(`FOVEA_DATA_DIR: ${FOVEA_DATA_DIR} is no data directory, it has no secret.key`)
  }
}

/** Makes the folder a backup of this installation, or finds that it is one. */
async function prepare(folder: string, installation: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const names = await readdir(folder)
  const before = await readFile(join(folder, manifestName), 'utf8').catch(() => undefined)
  if (before === undefined) {
    if (names.length > 0)
      throw new ConfigError(`${folder} holds other files (${names[0]}): a backup needs a folder of its own`)
    await writeManifest(folder, { installation, finishedAt: null })
    return
  }
  if (JSON.parse(before).installation !== installation)
    throw new ConfigError(`${folder} holds the backup of another installation: its key is another`)
  if (names.includes('meta.db-wal'))
    throw new ConfigError(`${folder} is used by a server (it has a meta.db-wal): back up into another folder`)
}

async function writeManifest(folder: string, manifest: Readonly<Record<string, unknown>>): Promise<void> {
  const text = JSON.stringify({ format: 1, ...manifest }, undefined, 2)
  await replaceFile(join(folder, manifestName), `${text}\n`, 0o600)
}

async function count(driver: StorageDriver): Promise<number> {
  let total = 0
  for await (const objects of pagesOf(driver)) total += objects.length
  return total
}

/** @returns originals that even the last copy of the database names and the storage does not have */
async function copyDatabase(
  path: string,
  folder: string,
  copying: CopyOptions,
  tally: CopyTally,
): Promise<readonly string[]> {
  const { snapshotSqlite, blobsOf } = await import('../db/sqlite/snapshot.ts')
  const fresh = join(folder, 'meta.db.new')
  let missing: string[] = []
  for (let attempt = 0; attempt < snapshots; attempt++) {
    await snapshotSqlite(path, fresh)
    missing = []
    for (const { project_id, hash } of blobsOf(fresh)) {
      copying.signal.throwIfAborted()
      const key = blobKey(project_id as ProjectId, hash as BlobHash)
      if (!(await copyKey(key, copying, tally))) missing.push(key)
    }
    if (missing.length === 0) break
  }
  await rename(fresh, join(folder, 'meta.db'))
  await syncDirectory(folder)
  return missing
}

/** What neither the storage nor the copied database knows. */
async function removeStale({ from, to }: CopyOptions, folder: string, hasDatabase: boolean): Promise<number> {
  const { blobsOf } = await import('../db/sqlite/snapshot.ts')
  const named = new Set<string>()
  if (hasDatabase)
    for (const { project_id, hash } of blobsOf(join(folder, 'meta.db')))
      named.add(blobKey(project_id as ProjectId, hash as BlobHash))
  let removed = 0
  for await (const objects of pagesOf(to)) {
    for (const { key } of objects) {
      if (named.has(key) || (await from.head(key)) !== undefined) continue
      await to.delete([key])
      removed++
    }
  }
  await rm(join(folder, 'tmp'), { recursive: true, force: true, maxRetries: 3 })
  return removed
}
