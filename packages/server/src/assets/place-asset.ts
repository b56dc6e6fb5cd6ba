/** Puts bytes at a path: what an upload, a restored version and a restored deletion have in common. */
import { type Queries, type Step, type TransactionQueries, together } from '../db/index.ts'
import type { ProjectId } from '../projects/index.ts'
import type { ChangedAsset } from './announce.ts'
import type { AssetId, BlobHash, Visibility } from './asset.ts'
import { type Description, descriptionRow } from './description.ts'
import { countInFolders, countNew } from './folder-counts.ts'
import { folderOf, stemOf } from './path.ts'
import { searchTextOf } from './search-text.ts'

/** Versions of a path whose bytes are kept, the current one included. */
const keptVersions = 10

export interface Placed {
  readonly projectId: ProjectId
  readonly id: AssetId
  readonly path: string
  readonly hash: BlobHash
  /** Greater than any the asset ever had: nothing that was cached of an older one is served again. */
  readonly generation: number
  /** No other path leads to these bytes. */
  readonly isNew: boolean
  /** What the row of this id holds; absent when there is none yet. */
  readonly replaced: BlobHash | undefined
  readonly originalFilename: string
  readonly visibility: Visibility
  readonly description: Description
  /** When the image of these bytes came, Unix milliseconds. */
  readonly listedAt: number
}

export type NewAsset = Omit<Placed, 'generation' | 'isNew' | 'replaced'>

/**
 * What `placeAsset` writes for the first asset of new bytes, at a path where nothing lies.
 * Fails as a unique violation where something does.
 */
export function newAssetSteps(queries: Queries, placed: NewAsset): readonly Step[] {
  const now = placed.listedAt
  const whole = { ...placed, generation: 1, isNew: true, replaced: undefined }
  const statements = [
    insertRow(queries, whole, now),
    insertVersion(queries, whole, now),
    countNew(queries, placed),
  ]
  return statements.map((query) => ({ query }))
}

/**
 * Writes row, version and counts, under the project's lock.
 * `released` are blobs that went with the oldest version.
 */
export async function placeAsset(
  queries: TransactionQueries,
  placed: Placed,
): Promise<{ readonly asset: ChangedAsset; readonly released: readonly BlobHash[] }> {
  const { projectId, id, path, hash, replaced, isNew } = placed
  const now = Date.now()
  const count = async () => {
    if (replaced !== undefined) await countInFolders(queries, { projectId, id, hash: replaced, path }, -1)
    await countInFolders(queries, { projectId, id, hash, path, isNew }, 1)
  }
  const write = async () => {
    await writeRow(queries, placed, now)
    await insertVersion(queries, placed, now).execute()
  }
  await together(write(), count())
  const released = await dropOldVersions(queries, placed)
  return { asset: { id, path }, released }
}

/** Takes away blobs that no version of any asset refers to, the trash included. Returns those that went. */
export async function releaseBlobs(
  queries: TransactionQueries,
  projectId: ProjectId,
  hashes: readonly string[],
): Promise<readonly BlobHash[]> {
  if (hashes.length === 0) return []
  const gone = await queries
    .deleteFrom('blobs')
    .where('project_id', '=', projectId)
    .where('hash', 'in', [...new Set(hashes)])
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('asset_versions')
            .select('generation')
            .whereRef('asset_versions.project_id', '=', 'blobs.project_id')
            .whereRef('asset_versions.hash', '=', 'blobs.hash'),
        ),
      ),
    )
    .returning('hash')
    .execute()
  return gone.map((row) => row.hash as BlobHash)
}

async function writeRow(queries: TransactionQueries, placed: Placed, now: number): Promise<void> {
  if (placed.replaced === undefined) await insertRow(queries, placed, now).execute()
  else await queries.updateTable('assets').set(changing(placed, now)).where('id', '=', placed.id).execute()
}

function insertRow(queries: Queries, placed: Placed, now: number) {
  const { path } = placed
  return queries.insertInto('assets').values({
    id: placed.id,
    project_id: placed.projectId,
    path,
    folder: folderOf(path),
    stem: stemOf(path),
    created_at: now,
    ...changing(placed, now),
  })
}

/** What a new version may change. */
function changing(placed: Placed, now: number) {
  return {
    hash: placed.hash,
    generation: placed.generation,
    visibility: placed.visibility,
    original_filename: placed.originalFilename,
    search_text: searchTextOf(placed),
    updated_at: now,
    listed_at: placed.listedAt,
    ...descriptionRow(placed.description),
  }
}

function insertVersion(queries: Queries, placed: Placed, now: number) {
  return queries.insertInto('asset_versions').values({
    asset_id: placed.id,
    generation: placed.generation,
    project_id: placed.projectId,
    hash: placed.hash,
    original_filename: placed.originalFilename,
    created_at: now,
  })
}

async function dropOldVersions(
  queries: TransactionQueries,
  { projectId, id, generation }: Placed,
): Promise<readonly BlobHash[]> {
  if (generation <= keptVersions) return []
  const dropped = await queries
    .deleteFrom('asset_versions')
    .where('asset_id', '=', id)
    .where('generation', '<=', generation - keptVersions)
    .returning('hash')
    .execute()
  return releaseBlobs(
    queries,
    projectId,
    dropped.map(({ hash }) => hash),
  )
}
