/**
 * Removals of originals from a bucket, announced in the database: no transaction waits for a bucket, which on SQLite
 * would keep every other writer waiting too.
 *
 * A removal begins under the project's lock, where no row refers to the bytes, and each has an id of its own. An upload
 * of the same bytes waits until a removal has ended, stores them, and commits only if the id is still the one it saw
 * before: else the bucket may have lost them since, and it stores them again.
 */
import { setTimeout } from 'node:timers/promises'
import { type Compilable, sql } from 'kysely'
import { type Database, lockProject, type Queries } from '../db/index.ts'
import { newId, type ProjectId } from '../projects/index.ts'
import { isOwnerAlive, ownerName, StorageError } from '../storage/index.ts'
import type { BlobHash } from './asset.ts'
import { isReferenced } from './is-referenced.ts'

declare const brand: unique symbol

/** Opaque. Empty: there was no removal. */
export type RemovalId = string & { readonly [brand]: 'RemovalId' }

/** What began before does nothing any more. */
const abandonedMs = 5 * 60_000
/** How long a removal may send requests: it is over well before others take it for abandoned, ms. */
export const removalMs = 4 * 60_000
/** What a process sent before it was killed has been done by then. */
const lastWordsMs = 2_000
/** Longer than any upload lasts. */
const keptMs = 24 * 60 * 60_000
const patienceMs = 15_000
const lookMs = 50

export class BlobRemovals {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /**
   * The last removal of these bytes, once it has ended.
   * @throws StorageError when that takes more than 15 s
   */
  async settled(projectId: ProjectId, hash: BlobHash): Promise<RemovalId> {
    const until = Date.now() + patienceMs
    for (;;) {
      const now = Date.now()
      const row = await this.#of(projectId, hash)
      if (row === undefined) return '' as RemovalId
      if (!(await isUnderWay(row, now, lastWordsMs))) return row.id as RemovalId
      if (now >= until) throw new StorageError(`The original ${hash} is still being removed from the storage`)
      await setTimeout(lookMs)
    }
  }

  /** One row when the removal is still the last one; to be asked under the project's lock. */
  isLast(queries: Queries, projectId: ProjectId, hash: BlobHash, removal: RemovalId): Compilable {
    const later = queries
      .selectFrom('blob_removals')
      .select('id')
      .where('project_id', '=', projectId)
      .where('hash', '=', hash)
      .where('id', '!=', removal)
    return queries.selectNoFrom(sql<number>`1`.as('is_last')).where((where) => where.not(where.exists(later)))
  }

  /** `undefined` while a row refers to the bytes, or another removal is under way. */
  begin(projectId: ProjectId, hash: BlobHash): Promise<RemovalId | undefined> {
    return this.#database.transaction(async (queries) => {
      await lockProject(this.#database, queries, projectId)
      const now = Date.now()
      if (await isReferenced(queries, projectId, hash)) return undefined
      const before = await this.#of(projectId, hash, queries)
      if (before !== undefined && (await isUnderWay(before, now, 0))) return undefined
      const id = newId<RemovalId>()
      const removal = { id, owner: await ownerName(), begun_at: now, ended_at: null }
      await queries
        .insertInto('blob_removals')
        .values({ project_id: projectId, hash, ...removal })
        .onConflict((conflict) => conflict.columns(['project_id', 'hash']).doUpdateSet(removal))
        .execute()
      return id
    })
  }

  /** Known to have happened, or not to happen any more. */
  async end(projectId: ProjectId, hash: BlobHash, removal: RemovalId): Promise<void> {
    await this.#database.queries
      .updateTable('blob_removals')
      .set({ ended_at: Date.now() })
      .where('project_id', '=', projectId)
      .where('hash', '=', hash)
      .where('id', '=', removal)
      .execute()
  }

  /** Drops what no upload of today can have seen. */
  async forgetOld(now = Date.now()): Promise<void> {
    await this.#database.queries
      .deleteFrom('blob_removals')
      .where('begun_at', '<', now - keptMs)
      .execute()
  }

  /** Of a project that is gone: nobody uploads to it. */
  async forgetProject(projectId: ProjectId): Promise<void> {
    await this.#database.queries.deleteFrom('blob_removals').where('project_id', '=', projectId).execute()
  }

  #of(projectId: ProjectId, hash: BlobHash, queries: Queries = this.#database.queries) {
    return queries
      .selectFrom('blob_removals')
      .select(['id', 'owner', 'begun_at', 'ended_at'])
      .where('project_id', '=', projectId)
      .where('hash', '=', hash)
      .executeTakeFirst()
  }
}

interface Removal {
  readonly owner: string
  readonly begun_at: number
  readonly ended_at: number | null
}

/** @param lastWordsMs how long that of a killed process counts as if the process lived */
async function isUnderWay(
  { owner, begun_at, ended_at }: Removal,
  now: number,
  lastWordsMs: number,
): Promise<boolean> {
  const age = now - begun_at
  if (ended_at !== null || age >= abandonedMs) return false
  return age < lastWordsMs || (await isOwnerAlive(owner)) !== false
}
