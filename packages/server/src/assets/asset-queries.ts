/** Statements about assets as delivery resolves them. */
import { type AssetRef, formatOfExtension, splitExtension } from '@fovea/core'
import type { HeaderFacts } from '@fovea/engine/pool'
import { sql } from 'kysely'
import type { Queries } from '../db/index.ts'
import type { ProjectId } from '../projects/index.ts'
import type { Asset, AssetId, BlobHash, Visibility } from './asset.ts'
import { focalPointOf } from './description.ts'

const columns = [
  'assets.id',
  'assets.project_id',
  'assets.path',
  'assets.stem',
  'assets.hash',
  'assets.generation',
  'assets.visibility',
  'assets.original_filename',
  'assets.created_at',
  'assets.updated_at',
  'assets.focal_x',
  'assets.focal_y',
  'blobs.facts',
] as const

/**
 * The asset a URL path means: the one of exactly this path, else (match `stem`) the newest whose path differs in its
 * extension only. An unknown extension may be part of the name: `photo.v2` also finds `photo.v2.jpg`.
 * With `hash` only an asset of those bytes.
 */
export async function findAsset(
  queries: Queries,
  projectId: ProjectId,
  { path, match, hash }: Pick<AssetRef, 'path' | 'match'> & { readonly hash?: BlobHash },
): Promise<Asset | undefined> {
  let assets = queries
    .selectFrom('assets')
    .innerJoin('blobs', (join) =>
      join.onRef('blobs.project_id', '=', 'assets.project_id').onRef('blobs.hash', '=', 'assets.hash'),
    )
    .select(columns)
    .where('assets.project_id', '=', projectId)
  if (hash !== undefined) assets = assets.where('assets.hash', '=', hash)
  if (match === 'exact') {
    const row = await assets.where('assets.path', '=', path).executeTakeFirst()
    return row === undefined ? undefined : assetOf(row)
  }
  const { stem, extension } = splitExtension(path)
  const stems = extension !== '' && formatOfExtension(extension) === undefined ? [stem, path] : [stem]
  const row = await assets
    .where((asset) => asset.or([asset('assets.path', 'in', [path, stem]), asset('assets.stem', 'in', stems)]))
    .orderBy(sql`case when assets.path = ${path} then 0 else 1 end`)
    .orderBy('assets.updated_at', 'desc')
    .orderBy('assets.id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row === undefined ? undefined : assetOf(row)
}

function assetOf(row: {
  id: string
  project_id: string
  path: string
  stem: string
  hash: string
  generation: number
  visibility: string
  original_filename: string
  created_at: number
  updated_at: number
  focal_x: number | null
  focal_y: number | null
  facts: string
}): Asset {
  return Object.freeze({
    id: row.id as AssetId,
    projectId: row.project_id as ProjectId,
    path: row.path,
    stem: row.stem,
    hash: row.hash as BlobHash,
    generation: row.generation,
    visibility: row.visibility as Visibility,
    originalFilename: row.original_filename,
    facts: JSON.parse(row.facts) as HeaderFacts,
    focalPoint: focalPointOf(row) ?? undefined,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  })
}
