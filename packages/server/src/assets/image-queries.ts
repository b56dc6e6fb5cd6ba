/** Statements that read images: lists, folders, search, one by id. */
import type { HeaderFacts } from '@fovea/engine/pool'
import { type ExpressionBuilder, sql } from 'kysely'
import { containing, type Database, firstSegment, type Queries, type Schema } from '../db/index.ts'
import type { ProjectId } from '../projects/index.ts'
import type { BlobHash, Visibility } from './asset.ts'
import { type Image, imageId, type StoredSignedUrl } from './image.ts'
import { foldForSearch } from './path.ts'

export interface Page {
  readonly limit: number
  readonly offset: number
}

export interface Folder {
  readonly name: string
  /** Images in it and in all folders below. */
  readonly imageCount: number
}

type BlobFilter = (
  blob: ExpressionBuilder<Schema, 'blobs'>,
) => ReturnType<ExpressionBuilder<Schema, 'blobs'>['exists']>

/** Images with a path directly in the folder, newest first; all images of the project when `folder` is absent. */
export async function listImages(
  { queries }: Database,
  projectId: ProjectId,
  { folder, ...page }: Page & { readonly folder: string | undefined },
): Promise<{ readonly images: readonly Image[]; readonly total: number }> {
  const inFolder: BlobFilter = (blob) =>
    blob.exists(
      assetsOf(blob)
        .where('assets.folder', '=', folder ?? '')
        .select(sql`1`.as('one')),
    )
  return pageOf(queries, projectId, folder === undefined ? undefined : inFolder, page)
}

/** Images whose path or original file name holds the text, whatever its case; newest first. */
export async function searchImages(
  { queries }: Database,
  projectId: ProjectId,
  text: string,
  page: Page,
): Promise<{ readonly images: readonly Image[]; readonly total: number }> {
  const pattern = containing(foldForSearch(text))
  const matches: BlobFilter = (blob) =>
    blob.exists(
      assetsOf(blob)
        .where(sql<boolean>`assets.search_text like ${pattern} escape '\\'`)
        .select(sql`1`.as('one')),
    )
  return pageOf(queries, projectId, matches, page)
}

/** Folders directly below `folder` (empty = root), by name. */
export async function listFolders(
  database: Database,
  projectId: ProjectId,
  folder: string,
): Promise<readonly Folder[]> {
  const prefix = folder === '' ? '' : `${folder}/`
  const rest = sql<string>`substr(folder, ${codePoints(prefix) + 1})`
  let below = database.queries
    .selectFrom('assets')
    .where('project_id', '=', projectId)
    .where('folder', '!=', folder)
  // `0` is the character after the slash: the range holds exactly what starts with the prefix.
  if (folder !== '') below = below.where('folder', '>=', prefix).where('folder', '<', `${folder}0`)
  const rows = await below
    .select((of) => [
      firstSegment(database, rest).as('name'),
      of.fn.count<number>('hash').distinct().as('image_count'),
    ])
    .groupBy(sql`1`)
    .orderBy(sql`1`)
    .execute()
  return rows.map((row) => ({ name: row.name, imageCount: row.image_count }))
}

/** The image whose hash starts with `id`. */
export async function findImage(
  queries: Queries,
  projectId: ProjectId,
  id: string,
): Promise<Image | undefined> {
  if (!/^[0-9a-f]{16}$/.test(id)) return undefined
  const rows = await queries
    .selectFrom('blobs')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('hash', '>=', id)
    // `g` is the character after the last hex digit.
    .where('hash', '<', `${id}g`)
    .orderBy('created_at')
    .limit(1)
    .execute()
  return (await withPaths(queries, projectId, rows))[0]
}

async function pageOf(
  queries: Queries,
  projectId: ProjectId,
  filter: BlobFilter | undefined,
  { limit, offset }: Page,
) {
  let blobs = queries.selectFrom('blobs').where('project_id', '=', projectId)
  if (filter !== undefined) blobs = blobs.where(filter)
  const [rows, counted] = await Promise.all([
    blobs
      .selectAll()
      .orderBy('created_at', 'desc')
      .orderBy('hash', 'desc')
      .limit(limit)
      .offset(offset)
      .execute(),
    blobs.select((of) => of.fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ])
  return { images: await withPaths(queries, projectId, rows), total: counted.total }
}

function assetsOf(blob: ExpressionBuilder<Schema, 'blobs'>) {
  return blob
    .selectFrom('assets')
    .whereRef('assets.project_id', '=', 'blobs.project_id')
    .whereRef('assets.hash', '=', 'blobs.hash')
}

interface BlobRow {
  readonly hash: string
  readonly size: number
  readonly facts: string
  readonly created_at: number
}

/** Joins the paths of blobs. One that lost its last path between the two reads is left out. */
async function withPaths(
  queries: Queries,
  projectId: ProjectId,
  blobs: readonly BlobRow[],
): Promise<Image[]> {
  if (blobs.length === 0) return []
  const hashes = blobs.map(({ hash }) => hash)
  const [assets, signed] = await Promise.all([
    queries
      .selectFrom('assets')
      .select(['hash', 'path', 'visibility', 'original_filename'])
      .where('project_id', '=', projectId)
      .where('hash', 'in', hashes)
      .orderBy('created_at')
      .orderBy('id')
      .execute(),
    queries
      .selectFrom('signed_urls')
      .selectAll()
      .where('project_id', '=', projectId)
      .where('hash', 'in', hashes)
      .where('expires_at', '>', Math.floor(Date.now() / 1000))
      .execute(),
  ])
  const byHash = Map.groupBy(assets, (asset) => asset.hash)
  const signedByHash = new Map(signed.map((row) => [row.hash, signedUrlOf(row)]))
  return blobs.flatMap((blob) => {
    const own = byHash.get(blob.hash)
    const first = own?.[0]
    if (own === undefined || first === undefined) return []
    const hash = blob.hash as BlobHash
    return {
      id: imageId(hash),
      projectId,
      hash,
      size: blob.size,
      facts: JSON.parse(blob.facts) as HeaderFacts,
      uploadedAt: blob.created_at,
      visibility: first.visibility as Visibility,
      originalFilename: first.original_filename,
      paths: own.map(({ path }) => path),
      signedUrl: signedByHash.get(blob.hash),
    }
  })
}

function signedUrlOf(row: { target: string; kid: string; expires_at: number }): StoredSignedUrl {
  return { target: row.target, kid: row.kid, expiresAt: row.expires_at }
}

/** Characters as SQL counts them. */
function codePoints(text: string): number {
  return [...text].length
}
