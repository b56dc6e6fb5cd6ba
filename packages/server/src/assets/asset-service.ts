/**
 * Stored originals: how delivery finds one, and what people do with those that are there.
 *
 * Visibility and description belong to the image, so all paths of one blob share them.
 */
import { type AssetRef, type Problem, problem } from '@fovea/core'
import { sql } from 'kysely'
import type { Changes } from '../changes.ts'
import type { Database } from '../db/index.ts'
import { type Project, type ProjectId, Remembered } from '../projects/index.ts'
import type { ChangedAsset } from './announce.ts'
import type { Asset, AssetId, BlobHash, Visibility } from './asset.ts'
import { findAsset } from './asset-queries.ts'
import type { AssetWriter } from './asset-writer.ts'
import { type Description, type DescriptionChanges, describe, descriptionRow } from './description.ts'
import { type Image, imageId, type StoredSignedUrl } from './image.ts'
import { deletedEvent, updatedEvent } from './image-events.ts'
import {
  type Folder,
  findImage,
  type ImageList,
  imagesOf,
  type ListPage,
  listFolders,
  listImages,
} from './image-queries.ts'
import { stemOf } from './path.ts'
import { listPaths, type PathList, type PathPage, pathsBeginningWith } from './path-queries.ts'
import { type Removal, removeAssets } from './remove-assets.ts'
import { requireFree } from './require-free.ts'
import { type Found, searchImages, type Wanted } from './search-queries.ts'
import { searchTextOf } from './search-text.ts'

export interface AssetServiceOptions {
  readonly writer: AssetWriter
  readonly changes: Changes
}

/** What can be changed about an image without another upload. */
export interface ImageChanges extends DescriptionChanges {
  readonly visibility?: Visibility
}

export interface PurgedPath {
  readonly path: string
  readonly isPrefix: boolean
}

/** How long another process's change may stay unseen. SQLite has one process: nothing to wait for. */
const maxAgeMs = { sqlite: Number.POSITIVE_INFINITY, postgres: 5_000 } as const
const rememberedStems = 10_000
const answersPerStem = 64
const maxMetadataKeys = 50

type Answers = Map<string, Promise<Asset | undefined>>

export class AssetService {
  readonly #writer: AssetWriter
  readonly #database: Database
  /** One entry per stem, so that a change forgets every spelling of it at once. */
  readonly #found: Remembered<Answers>

  constructor({ writer, changes }: AssetServiceOptions) {
    this.#writer = writer
    this.#database = writer.database
    this.#found = new Remembered({ limit: rememberedStems, maxAgeMs: maxAgeMs[this.#database.kind] })
    changes.subscribe((change) => {
      if (change.kind === 'asset') this.#found.forget(stemKey(change.projectId, change.stem))
    })
  }

  /** The asset a delivery URL means, from memory where possible. */
  findForDelivery(project: Project, path: string, match: AssetRef['match']): Promise<Asset | undefined> {
    return this.#find(project.id, { path, match })
  }

  /** The asset of these bytes that a URL's path means, whatever else lies under the same stem. */
  findLinked(project: Project, path: string, hash: BlobHash): Promise<Asset | undefined> {
    return this.#find(project.id, { path, match: 'stem', hash })
  }

  async #find(projectId: ProjectId, wanted: Parameters<typeof findAsset>[2]): Promise<Asset | undefined> {
    const { path, match, hash = '' } = wanted
    const answers = await this.#found.get(stemKey(projectId, stemOf(path)), async () => new Map())
    const key = `${match} ${hash} ${path}`
    const known = answers.get(key)
    if (known !== undefined) return known
    const answer = findAsset(this.#database.queries, projectId, wanted)
    answer.catch(() => answers.delete(key))
    if (answers.size >= answersPerStem) answers.clear()
    answers.set(key, answer)
    return answer
  }

  list(project: Project, page: ListPage): Promise<ImageList> {
    return listImages(this.#database, project.id, page)
  }

  listPaths(project: Project, page: PathPage): Promise<PathList> {
    return listPaths(this.#database, project.id, page)
  }

  /** The first `limit` paths that begin with `prefix`. */
  paths({ id }: Project, prefix: string, limit: number): Promise<readonly string[]> {
    return pathsBeginningWith(this.#database, id, prefix, limit)
  }

  folders(project: Project, folder: string): Promise<readonly Folder[]> {
    return listFolders(this.#database, project.id, folder)
  }

  search(project: Project, wanted: Wanted, limit: number): Promise<Found> {
    return searchImages(this.#database, project.id, wanted, limit)
  }

  /** @throws Problem `asset/not-found` */
  async get(project: Project, id: string): Promise<Image> {
    return required(await findImage(this.#database.queries, project.id, id), id)
  }

  /** @throws Problem `asset/conflict` when something lies at the path */
  requireFree({ id }: Project, path: string): Promise<void> {
    return requireFree(this.#database.queries, id, path)
  }

  /** The image at exactly this path. @throws Problem `asset/not-found` */
  async getAt({ id }: Project, path: string): Promise<Image> {
    const { queries } = this.#database
    const row = await queries
      .selectFrom('assets')
      .select('hash')
      .where('project_id', '=', id)
      .where('path', '=', path)
      .executeTakeFirst()
    const image = row === undefined ? undefined : (await imagesOf(queries, id, [row.hash]))[0]
    if (image === undefined) throw noImageAt()
    return image
  }

  /** Deletes an image with all its paths. @throws Problem `asset/not-found` */
  delete({ id: projectId }: Project, id: string, how: Removal): Promise<Image> {
    return this.#writer.write(projectId, async (queries) => {
      const image = required(await findImage(queries, projectId, id), id)
      const rows = await queries
        .selectFrom('assets')
        .selectAll()
        .where('project_id', '=', projectId)
        .where('hash', '=', image.hash)
        .execute()
      const released = await removeAssets(queries, projectId, rows, how)
      const event = deletedEvent(image, { paths: rows.map(({ path }) => path), isGone: true, how })
      return { result: image, gone: rows.map(changed), released, event }
    })
  }

  /**
   * Takes one path from its image; the last one takes the image along.
   * @throws Problem `asset/not-found`
   */
  deletePath(
    { id: projectId }: Project,
    path: string,
    how: Removal,
  ): Promise<{ readonly remainingPaths: readonly string[] }> {
    return this.#writer.write(projectId, async (queries) => {
      const row = await queries
        .selectFrom('assets')
        .selectAll()
        .where('project_id', '=', projectId)
        .where('path', '=', path)
        .executeTakeFirst()
      if (row === undefined) throw noImageAt()
      const released = await removeAssets(queries, projectId, [row], how)
      const remaining = await queries
        .selectFrom('assets')
        .select('path')
        .where('project_id', '=', projectId)
        .where('hash', '=', row.hash)
        .orderBy('created_at')
        .orderBy('id')
        .execute()
      const remainingPaths = remaining.map((left) => left.path)
      const id = imageId(row.hash as BlobHash)
      return {
        result: { remainingPaths },
        gone: [changed(row)],
        released,
        event: deletedEvent({ id }, { paths: [path], isGone: remainingPaths.length === 0, how }),
      }
    })
  }

  /** Applies to all paths of the image. Returns it as it is then. @throws Problem `asset/not-found` */
  update({ id: projectId }: Project, id: string, wanted: ImageChanges): Promise<Image> {
    return this.#writer.write(projectId, async (queries) => {
      const image = required(await findImage(queries, projectId, id), id)
      const { visibility = image.visibility, ...told } = wanted
      const description = describe(image.description, told)
      checkSize(description)
      const rows = await queries
        .selectFrom('assets')
        .select(['id', 'path', 'original_filename'])
        .where('project_id', '=', projectId)
        .where('hash', '=', image.hash)
        .execute()
      for (const row of rows) {
        const named = { path: row.path, originalFilename: row.original_filename, description }
        await queries
          .updateTable('assets')
          .set({ visibility, search_text: searchTextOf(named), ...descriptionRow(description) })
          .where('project_id', '=', projectId)
          .where('id', '=', row.id)
          .execute()
      }
      const result = { ...image, visibility, description }
      return { result, changed: rows.map(changed), event: updatedEvent(image, result) }
    })
  }

  /** Makes anew what uploads have been made into: that of a path, or all whose paths begin with it. */
  purge({ id: projectId }: Project, { path, isPrefix }: PurgedPath): Promise<void> {
    // Not `like`, which ignores case in SQLite; characters as databases count them.
    const compared = isPrefix ? sql<string>`substr(path, 1, ${[...path].length})` : sql<string>`path`
    return this.#writer.write(projectId, async (queries) => {
      const rows = await queries
        .updateTable('assets')
        .set((row) => ({ generation: row('generation', '+', 1) }))
        .where('project_id', '=', projectId)
        .where(compared, '=', path)
        .returning(['id', 'path'])
        .execute()
      const scope = isPrefix ? 'prefix' : 'path'
      const event = { type: 'purge.completed', data: { scope, origin: null, paths: [path] } } as const
      return { result: undefined, changed: rows.map(changed), event }
    })
  }

  /** Remembers the newest signed URL of an image, for lists. */
  async rememberSignedUrl(image: Image, signed: StoredSignedUrl): Promise<void> {
    const values = { target: signed.target, kid: signed.kid, expires_at: signed.expiresAt }
    await this.#database.queries
      .insertInto('signed_urls')
      .values({ project_id: image.projectId, hash: image.hash, ...values })
      .onConflict((conflict) => conflict.columns(['project_id', 'hash']).doUpdateSet(values))
      .execute()
  }
}

function required(image: Image | undefined, id: string): Image {
  if (image !== undefined) return image
  throw problem('asset/not-found', {
    detail: /^[0-9a-f]{16}$/.test(id)
      ? 'This project has no image of that id.'
      : 'An image id is the first 16 hex digits of its SHA-256.',
  })
}

/** Lists show all of it. @throws Problem `request/invalid-parameter` */
function checkSize({ metadata }: Description): void {
  if (Object.keys(metadata).length <= maxMetadataKeys) return
  throw problem('request/invalid-parameter', {
    detail: `An image may have at most ${maxMetadataKeys} keys of metadata.`,
    members: { pointer: '/custom_metadata' },
  })
}

function noImageAt(): Problem {
  return problem('asset/not-found', { detail: 'There is no image at this path.' })
}

function changed({ id, path }: { readonly id: string; readonly path: string }): ChangedAsset {
  return { id: id as AssetId, path }
}

function stemKey(projectId: ProjectId, stem: string): string {
  return `${projectId} ${stem}`
}
