/**
 * Stored originals: how delivery finds one, and what people do with those that are there.
 *
 * Every change is committed, then announced, then answered: when a client reads "deleted", no cache of this process
 * still knows the image. Visibility belongs to the image, so all paths of one blob share it.
 */
import { type AssetRef, problem } from '@fovea/core'
import type { Changes } from '../changes.ts'
import { type Database, lockProject, type TransactionQueries } from '../db/index.ts'
import { type Project, type ProjectId, Remembered } from '../projects/index.ts'
import { announceAsset, type ChangedAsset } from './announce.ts'
import type { Asset, AssetId, BlobHash, Visibility } from './asset.ts'
import { findAsset } from './asset-queries.ts'
import type { BlobStore } from './blob-store.ts'
import type { Image, StoredSignedUrl } from './image.ts'
import { type Folder, findImage, listFolders, listImages, type Page, searchImages } from './image-queries.ts'
import { stemOf } from './path.ts'

export interface AssetServiceOptions {
  readonly database: Database
  readonly blobs: BlobStore
  readonly changes: Changes
  /** Called with what failed after the answer was already decided. */
  readonly onError: (error: unknown) => void
}

/** How long another process's change may stay unseen. SQLite has one process: nothing to wait for. */
const maxAgeMs = { sqlite: Number.POSITIVE_INFINITY, postgres: 5_000 } as const
const rememberedStems = 10_000
const answersPerStem = 64

type Answers = Map<string, Promise<Asset | undefined>>

export class AssetService {
  readonly #database: Database
  readonly #blobs: BlobStore
  readonly #changes: Changes
  readonly #onError: (error: unknown) => void
  /** One entry per stem, so that a change forgets every spelling of it at once. */
  readonly #found: Remembered<Answers>

  constructor({ database, blobs, changes, onError }: AssetServiceOptions) {
    this.#database = database
    this.#blobs = blobs
    this.#changes = changes
    this.#onError = onError
    this.#found = new Remembered({ limit: rememberedStems, maxAgeMs: maxAgeMs[database.kind] })
    changes.subscribe((change) => {
      if (change.kind === 'asset') this.#found.forget(stemKey(change.projectId, change.stem))
    })
  }

  /** The asset a delivery URL means, from memory where possible. */
  async findForDelivery(
    project: Project,
    path: string,
    match: AssetRef['match'],
  ): Promise<Asset | undefined> {
    const answers = await this.#found.get(stemKey(project.id, stemOf(path)), async () => new Map())
    const key = `${match} ${path}`
    const known = answers.get(key)
    if (known !== undefined) return known
    const answer = findAsset(this.#database.queries, project.id, path, match)
    answer.catch(() => answers.delete(key))
    if (answers.size >= answersPerStem) answers.clear()
    answers.set(key, answer)
    return answer
  }

  list(
    project: Project,
    page: Page & { readonly folder: string | undefined },
  ): Promise<{ readonly images: readonly Image[]; readonly total: number }> {
    return listImages(this.#database, project.id, page)
  }

  folders(project: Project, folder: string): Promise<readonly Folder[]> {
    return listFolders(this.#database, project.id, folder)
  }

  search(
    project: Project,
    text: string,
    page: Page,
  ): Promise<{ readonly images: readonly Image[]; readonly total: number }> {
    return searchImages(this.#database, project.id, text, page)
  }

  /** @throws Problem `asset/not-found` */
  async get(project: Project, id: string): Promise<Image> {
    return required(await findImage(this.#database.queries, project.id, id), id)
  }

  /** Deletes an image with all its paths. @throws Problem `asset/not-found` */
  async delete(project: Project, id: string): Promise<Image> {
    const { image, gone } = await this.#change(project, async (queries) => {
      const image = required(await findImage(queries, project.id, id), id)
      const gone = await queries
        .deleteFrom('assets')
        .where('project_id', '=', project.id)
        .where('hash', '=', image.hash)
        .returning(['id', 'path'])
        .execute()
      await deleteBlobRow(queries, project.id, image.hash)
      return { image, gone }
    })
    await this.#finish(project, gone, image.hash)
    return image
  }

  /**
   * Takes one path from its image; the last one takes the image along.
   * @throws Problem `asset/not-found`
   */
  async deletePath(project: Project, path: string): Promise<{ readonly remainingPaths: readonly string[] }> {
    const { row, remaining } = await this.#change(project, async (queries) => {
      const row = await queries
        .deleteFrom('assets')
        .where('project_id', '=', project.id)
        .where('path', '=', path)
        .returning(['id', 'path', 'hash'])
        .executeTakeFirst()
      if (row === undefined) throw problem('asset/not-found', { detail: 'There is no image at this path.' })
      const remaining = await queries
        .selectFrom('assets')
        .select('path')
        .where('project_id', '=', project.id)
        .where('hash', '=', row.hash)
        .orderBy('created_at')
        .orderBy('id')
        .execute()
      if (remaining.length === 0) await deleteBlobRow(queries, project.id, row.hash)
      return { row, remaining }
    })
    await this.#finish(project, [row], remaining.length === 0 ? row.hash : undefined)
    return { remainingPaths: remaining.map(({ path: left }) => left) }
  }

  /** Applies to all paths of the image. @throws Problem `asset/not-found` */
  async setVisibility(project: Project, id: string, visibility: Visibility): Promise<Image> {
    const { image, changed } = await this.#change(project, async (queries) => {
      const image = required(await findImage(queries, project.id, id), id)
      const changed = await queries
        .updateTable('assets')
        .set({ visibility })
        .where('project_id', '=', project.id)
        .where('hash', '=', image.hash)
        .returning(['id', 'path'])
        .execute()
      return { image, changed }
    })
    for (const asset of changed) announceAsset(this.#changes, project.id, branded(asset), false)
    return { ...image, visibility }
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

  #change<T>(project: Project, work: (queries: TransactionQueries) => Promise<T>): Promise<T> {
    return this.#database.transaction(async (queries) => {
      await lockProject(this.#database, queries, project.id)
      return work(queries)
    })
  }

  /** After the commit: caches forget, then the file goes. A file that will not go is left to the sweep. */
  async #finish(
    project: Project,
    gone: readonly { id: string; path: string }[],
    hash: string | undefined,
  ): Promise<void> {
    for (const asset of gone) announceAsset(this.#changes, project.id, branded(asset), true)
    if (hash === undefined) return
    await this.#blobs.removeUnreferenced(project.id, hash as BlobHash).catch(this.#onError)
  }
}

async function deleteBlobRow(queries: TransactionQueries, projectId: ProjectId, hash: string): Promise<void> {
  await queries.deleteFrom('blobs').where('project_id', '=', projectId).where('hash', '=', hash).execute()
}

function required(image: Image | undefined, id: string): Image {
  if (image !== undefined) return image
  throw problem('asset/not-found', {
    detail: /^[0-9a-f]{16}$/.test(id)
      ? 'This project has no image of that id.'
      : 'An image id is the first 16 hex digits of its SHA-256.',
  })
}

function branded({ id, path }: { id: string; path: string }): ChangedAsset {
  return { id: id as AssetId, path }
}

function stemKey(projectId: ProjectId, stem: string): string {
  return `${projectId} ${stem}`
}
