/** Takes assets away: into the trash, from where they can come back, or for good. */
import type { Selectable } from 'kysely'
import type { Schema, TransactionQueries } from '../db/index.ts'
import type { ProjectId } from '../projects/index.ts'
import type { AssetId, BlobHash } from './asset.ts'
import { countInFolders } from './folder-counts.ts'
import { releaseBlobs } from './place-asset.ts'

/** `to-trash` can be undone for a while. */
export type Removal = 'to-trash' | 'for-good'

export type AssetRow = Selectable<Schema['assets']>

/** Removes the rows, which are locked and there. Returns the blobs that went along. */
export async function removeAssets(
  queries: TransactionQueries,
  projectId: ProjectId,
  rows: readonly AssetRow[],
  how: Removal,
): Promise<readonly BlobHash[]> {
  for (const row of rows) {
    await queries.deleteFrom('assets').where('project_id', '=', projectId).where('id', '=', row.id).execute()
    if (how === 'to-trash') await queries.insertInto('trashed_assets').values(trashed(row)).execute()
    const { path } = row
    await countInFolders(queries, { projectId, id: row.id as AssetId, hash: row.hash as BlobHash, path }, -1)
  }
  await forgetSignedUrls(queries, projectId, rows)
  return how === 'to-trash'
    ? []
    : forgetVersions(
        queries,
        projectId,
        rows.map(({ id }) => id),
      )
}

/** Removes all versions of assets that are gone. Returns the blobs that went along. */
export async function forgetVersions(
  queries: TransactionQueries,
  projectId: ProjectId,
  ids: readonly string[],
): Promise<readonly BlobHash[]> {
  if (ids.length === 0) return []
  const versions = await queries
    .deleteFrom('asset_versions')
    .where('project_id', '=', projectId)
    .where('asset_id', 'in', ids)
    .returning('hash')
    .execute()
  return releaseBlobs(
    queries,
    projectId,
    versions.map(({ hash }) => hash),
  )
}

function trashed(row: AssetRow): Selectable<Schema['trashed_assets']> {
  return {
    id: row.id,
    project_id: row.project_id,
    path: row.path,
    hash: row.hash,
    generation: row.generation,
    visibility: row.visibility,
    original_filename: row.original_filename,
    alt_text: row.alt_text,
    tags: row.tags,
    metadata: row.metadata,
    focal_x: row.focal_x,
    focal_y: row.focal_y,
    created_at: row.created_at,
    deleted_at: Date.now(),
  }
}

/** A signed URL that was handed out does not come back with its image. */
async function forgetSignedUrls(
  queries: TransactionQueries,
  projectId: ProjectId,
  rows: readonly AssetRow[],
): Promise<void> {
  const hashes = [...new Set(rows.map(({ hash }) => hash))]
  if (hashes.length === 0) return
  await queries
    .deleteFrom('signed_urls')
    .where('project_id', '=', projectId)
    .where('hash', 'in', hashes)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('assets')
            .select('assets.id')
            .whereRef('assets.project_id', '=', 'signed_urls.project_id')
            .whereRef('assets.hash', '=', 'signed_urls.hash'),
        ),
      ),
    )
    .execute()
}
