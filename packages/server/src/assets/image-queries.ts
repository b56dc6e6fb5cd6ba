/** Statements that read images: lists, folders, one by id. */
import type { HeaderFacts } from '@fovea/engine/pool'
import { sql } from 'kysely'
import type { Database, Queries } from '../db/index.ts'
import type { ProjectId } from '../projects/index.ts'
import type { BlobHash, Visibility } from './asset.ts'
import { descriptionColumns, descriptionOf } from './description.ts'
import { type Image, imageId, type StoredSignedUrl } from './image.ts'

/** Place in a list of images, newest first: the last one of the page before. */
export interface ListPosition {
  readonly listedAt: number
  readonly hash: string
}

export interface ListPage {
  readonly limit: number
  readonly offset?: number
  readonly after?: ListPosition | undefined
  /** Only images with a path directly in this folder; all of the project when absent. */
  readonly folder?: string | undefined
}

export interface ImageList {
  readonly images: readonly Image[]
  /** On all pages. */
  readonly total: number
  /** Where the next page starts; absent on the last. */
  readonly next: ListPosition | undefined
}

export interface Folder {
  readonly name: string
  /** Images in it and in all folders below. */
  readonly imageCount: number
}

/** Images newest first. Reads one index up to the page, from the nearer end, and the rows of the page. */
export async function listImages(
  { queries }: Database,
  projectId: ProjectId,
  { limit, offset = 0, after, folder }: ListPage,
): Promise<ImageList> {
  const { images: total, paths } = await countListed(queries, projectId, folder)
  let listed = queries.selectFrom('assets').select(['listed_at', 'hash']).where('project_id', '=', projectId)
  // Comparing each of the rows before the page with the next costs more than reading them.
  if (paths !== total) listed = listed.distinct()
  if (folder !== undefined) listed = listed.where('folder', '=', folder)
  if (after !== undefined)
    listed = listed.where(sql<boolean>`(listed_at, hash) < (${after.listedAt}, ${after.hash})`)
  // One more than the page tells whether there is another.
  const count = after === undefined ? Math.min(limit + 1, Math.max(0, total - offset)) : limit + 1
  const isFromEnd = after === undefined && offset > total / 2
  const direction = isFromEnd ? 'asc' : 'desc'
  const rows = await listed
    .orderBy('listed_at', direction)
    .orderBy('hash', direction)
    .limit(count)
    .offset(isFromEnd ? Math.max(0, total - offset - count) : offset)
    .execute()
  if (isFromEnd) rows.reverse()
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  const images = await imagesOf(
    queries,
    projectId,
    page.map(({ hash }) => hash),
  )
  const hasMore = rows.length > limit && last !== undefined
  return { images, total, next: hasMore ? { listedAt: last.listed_at, hash: last.hash } : undefined }
}

/** Images of a list, and the paths that lead to them. */
async function countListed(
  queries: Queries,
  projectId: ProjectId,
  folder: string | undefined,
): Promise<{ readonly images: number; readonly paths: number }> {
  const counted = queries
    .selectFrom('folders')
    .where('project_id', '=', projectId)
    .select(({ fn, eb }) => [
      fn
        .sum<number | null>(
          folder === undefined
            ? eb.case().when('path', '=', '').then(eb.ref('images')).else(0).end()
            : 'own_images',
        )
        .as('images'),
      fn.sum<number | null>('own_paths').as('paths'),
    ])
  const { images, paths } = await (folder === undefined
    ? counted
    : counted.where('path', '=', folder)
  ).executeTakeFirstOrThrow()
  return { images: Number(images ?? 0), paths: Number(paths ?? 0) }
}

/** Folders directly below `folder` (empty = root), by name. */
export async function listFolders(
  { queries }: Database,
  projectId: ProjectId,
  folder: string,
): Promise<readonly Folder[]> {
  const rows = await queries
    .selectFrom('folders')
    .select(['name', 'images'])
    .where('project_id', '=', projectId)
    .where('parent', '=', folder)
    .orderBy('name')
    .execute()
  return rows.map((row) => ({ name: row.name, imageCount: row.images }))
}

/** The image whose hash starts with `id`. */
export async function findImage(
  queries: Queries,
  projectId: ProjectId,
  id: string,
): Promise<Image | undefined> {
  if (!/^[0-9a-f]{16}$/.test(id)) return undefined
  const row = await queries
    .selectFrom('assets')
    .select('hash')
    .where('project_id', '=', projectId)
    .where('hash', '>=', id)
    // `g` is the character after the last hex digit.
    .where('hash', '<', `${id}g`)
    .orderBy('listed_at')
    .limit(1)
    .executeTakeFirst()
  return row === undefined ? undefined : (await imagesOf(queries, projectId, [row.hash]))[0]
}

/** The images of these blobs, in this order. One that lost its last path meanwhile is left out. */
export async function imagesOf(
  queries: Queries,
  projectId: ProjectId,
  hashes: readonly string[],
): Promise<Image[]> {
  if (hashes.length === 0) return []
  const [blobs, assets] = await Promise.all([
    queries
      .selectFrom('blobs')
      .leftJoin('signed_urls', (join) =>
        join
          .onRef('signed_urls.project_id', '=', 'blobs.project_id')
          .onRef('signed_urls.hash', '=', 'blobs.hash')
          .on('expires_at', '>', Math.floor(Date.now() / 1000)),
      )
      .select(['blobs.hash', 'size', 'facts', 'created_at', 'target', 'kid', 'expires_at'])
      .where('blobs.project_id', '=', projectId)
      .where('blobs.hash', 'in', hashes)
      .execute(),
    queries
      .selectFrom('assets')
      .select(['hash', 'path', 'visibility', 'original_filename', ...descriptionColumns])
      .where('project_id', '=', projectId)
      .where('hash', 'in', hashes)
      .orderBy('created_at')
      .orderBy('id')
      .execute(),
  ])
  const blobByHash = new Map(blobs.map((blob) => [blob.hash, blob]))
  const byHash = Map.groupBy(assets, (asset) => asset.hash)
  return hashes.flatMap((text) => {
    const blob = blobByHash.get(text)
    const own = byHash.get(text)
    const first = own?.[0]
    if (blob === undefined || own === undefined || first === undefined) return []
    const hash = text as BlobHash
    return {
      id: imageId(hash),
      projectId,
      hash,
      size: blob.size,
      facts: JSON.parse(blob.facts) as HeaderFacts,
      uploadedAt: blob.created_at,
      visibility: first.visibility as Visibility,
      originalFilename: first.original_filename,
      description: descriptionOf(first),
      paths: own.map(({ path }) => path),
      signedUrl: signedUrlOf(blob),
    }
  })
}

/** Of a row that may have none beside it. */
function signedUrlOf(row: {
  readonly target: string | null
  readonly kid: string | null
  readonly expires_at: number | null
}): StoredSignedUrl | undefined {
  const { target, kid, expires_at: expiresAt } = row
  return target === null || kid === null || expiresAt === null ? undefined : { target, kid, expiresAt }
}
