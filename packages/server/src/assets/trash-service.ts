/**
 * Deleted images until they are gone for good: listed, restored, or removed before their time.
 *
 * A trashed asset is served to nobody and found by no search; its path is free for others. It keeps its bytes and its
 * versions, so it counts as stored.
 */
import { problem } from '@fovea/core'
import type { Selectable } from 'kysely'
import type { Schema, TransactionQueries } from '../db/index.ts'
import type { Project, ProjectId } from '../projects/index.ts'
import type { AssetId, BlobHash } from './asset.ts'
import type { AssetWriter } from './asset-writer.ts'
import { type ImageId, imageId } from './image.ts'
import { uploadedEvent } from './image-events.ts'
import { findImage } from './image-queries.ts'
import { joinImage } from './join-image.ts'
import { placeAsset } from './place-asset.ts'
import { forgetVersions } from './remove-assets.ts'
import { requireFree } from './require-free.ts'

export interface Trashed {
  readonly id: AssetId
  readonly path: string
  readonly imageId: ImageId
  readonly size: number
  readonly originalFilename: string
  /** Unix milliseconds. */
  readonly deletedAt: number
  readonly goneAt: number
}

/** Place in the list: the last item of the page before. */
export interface TrashPosition {
  readonly deletedAt: number
  readonly id: string
}

const dayMs = 24 * 60 * 60 * 1000
/** Assets of one transaction: short enough that uploads do not wait. */
const batch = 100

type Row = Selectable<Schema['trashed_assets']>

export class TrashService {
  readonly #writer: AssetWriter
  readonly #keptMs: number

  /** `days` that deleted images are kept; 0 = none are. */
  constructor(writer: AssetWriter, days: number) {
    this.#writer = writer
    this.#keptMs = days * dayMs
  }

  /** Whether a deletion goes through the trash. */
  get isKept(): boolean {
    return this.#keptMs > 0
  }

  /** Newest first. `next` is absent on the last page. */
  async list(
    { id }: Pick<Project, 'id'>,
    { limit, after }: { readonly limit: number; readonly after: TrashPosition | undefined },
  ): Promise<{ readonly items: readonly Trashed[]; readonly next: TrashPosition | undefined }> {
    let trash = this.#writer.database.queries
      .selectFrom('trashed_assets')
      .innerJoin('blobs', (join) =>
        join
          .onRef('blobs.project_id', '=', 'trashed_assets.project_id')
          .onRef('blobs.hash', '=', 'trashed_assets.hash'),
      )
      .select(['id', 'path', 'trashed_assets.hash', 'original_filename', 'deleted_at', 'blobs.size'])
      .where('trashed_assets.project_id', '=', id)
    if (after !== undefined) {
      trash = trash.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('deleted_at', 'id'), '<', tuple(after.deletedAt, after.id)),
      )
    }
    const rows = await trash
      .orderBy('deleted_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit + 1)
      .execute()
    const items = rows.slice(0, limit).map((row) => ({
      id: row.id as AssetId,
      path: row.path,
      imageId: imageId(row.hash as BlobHash),
      size: row.size,
      originalFilename: row.original_filename,
      deletedAt: row.deleted_at,
      goneAt: row.deleted_at + this.#keptMs,
    }))
    const last = items.at(-1)
    const hasMore = rows.length > limit && last !== undefined
    return { items, next: hasMore ? { deletedAt: last.deletedAt, id: last.id } : undefined }
  }

  /**
   * Puts an asset back, at its own path or another. Returns the image it leads to.
   * @throws Problem `asset/not-found`, `asset/conflict` when something else lies at the path
   */
  restore(
    { id: projectId }: Pick<Project, 'id'>,
    trashId: string,
    path?: string,
  ): Promise<{ readonly imageId: ImageId; readonly path: string }> {
    return this.#writer.write(projectId, async (queries) => {
      const row = await this.#take(queries, projectId, trashId)
      const target = path ?? row.path
      await requireFree(queries, projectId, target)
      const hash = row.hash as BlobHash
      const { asset, released } = await placeAsset(queries, {
        projectId,
        id: row.id as AssetId,
        path: target,
        hash,
        generation: row.generation + 1,
        replaced: undefined,
        originalFilename: row.original_filename,
        ...(await joinImage(queries, { projectId, hash }, row)),
      })
      const image = await findImage(queries, projectId, imageId(hash))
      if (image === undefined) throw new Error(`Image ${hash} is not there after it came back`)
      const result = { imageId: image.id, path: target }
      return { result, changed: [asset], released, event: uploadedEvent(image, target) }
    })
  }

  /** Removes one asset for good. @throws Problem `asset/not-found` */
  remove({ id: projectId }: Pick<Project, 'id'>, trashId: string): Promise<void> {
    return this.#writer.write(projectId, async (queries) => {
      await this.#take(queries, projectId, trashId)
      return { result: undefined, released: await forgetVersions(queries, projectId, [trashId]) }
    })
  }

  /** Removes everything in the project's trash for good. Returns how many assets went. */
  async empty({ id }: Pick<Project, 'id'>): Promise<number> {
    let removed = 0
    for (;;) {
      const count = await this.#removeBatch(id, Number.POSITIVE_INFINITY)
      removed += count
      if (count < batch) return removed
    }
  }

  /** Removes what has been in any project's trash for its time. Returns how many assets went. */
  async removeOld(signal?: AbortSignal): Promise<number> {
    const before = Date.now() - this.#keptMs
    const projects = await this.#writer.database.queries
      .selectFrom('trashed_assets')
      .select('project_id')
      .distinct()
      .where('deleted_at', '<=', before)
      .execute()
    let removed = 0
    for (const { project_id: id } of projects) {
      for (let count = batch; count === batch; removed += count) {
        signal?.throwIfAborted()
        count = await this.#removeBatch(id as ProjectId, before)
      }
    }
    return removed
  }

  #removeBatch(projectId: ProjectId, before: number): Promise<number> {
    return this.#writer.write<number>(projectId, async (queries) => {
      let old = queries.selectFrom('trashed_assets').select('id').where('project_id', '=', projectId)
      if (before !== Number.POSITIVE_INFINITY) old = old.where('deleted_at', '<=', before)
      const rows = await old.limit(batch).execute()
      const ids = rows.map(({ id }) => id)
      if (ids.length === 0) return { result: 0 }
      await queries
        .deleteFrom('trashed_assets')
        .where('project_id', '=', projectId)
        .where('id', 'in', ids)
        .execute()
      return { result: ids.length, released: await forgetVersions(queries, projectId, ids) }
    })
  }

  async #take(queries: TransactionQueries, projectId: ProjectId, id: string): Promise<Row> {
    const row = await queries
      .deleteFrom('trashed_assets')
      .where('project_id', '=', projectId)
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst()
    if (row === undefined)
      throw problem('asset/not-found', { detail: 'There is no such image in the trash of this project.' })
    return row
  }
}
