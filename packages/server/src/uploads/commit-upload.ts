/** The one transaction that makes an uploaded image exist. */
import type { HeaderFacts } from '@fovea/engine/pool'
import {
  type AssetId,
  type BlobHash,
  type BlobStore,
  type ChangedAsset,
  findImage,
  folderOf,
  foldForSearch,
  type Image,
  imageId,
  stemOf,
  type Visibility,
} from '../assets/index.ts'
import { type Database, lockProject, type TransactionQueries } from '../db/index.ts'
import { newId, type ProjectId } from '../projects/index.ts'
import { countUpload } from '../usage/index.ts'

export interface ReceivedImage {
  readonly projectId: ProjectId
  readonly path: string
  readonly hash: BlobHash
  readonly size: number
  readonly facts: HeaderFacts
  readonly originalFilename: string
  /** Absent: an image that is there keeps its own, a new one takes that of the image it replaces, else public. */
  readonly visibility: Visibility | undefined
  /** The received file: stored again should a sweep have taken the blob before the commit. */
  readonly stagedPath: string
}

export interface Committed {
  readonly image: Image
  /** The project had no image of these bytes. */
  readonly isNew: boolean
  /** Assets that resolve differently now. */
  readonly changed: readonly ChangedAsset[]
  /** Bytes that lost their last path, replaced by this upload. */
  readonly released: BlobHash | undefined
}

/** Everything or nothing, and on disk when it resolves. An existing path gets a new version and generation. */
export function commitUpload(
  database: Database,
  blobs: BlobStore,
  received: ReceivedImage,
): Promise<Committed> {
  return database.transaction(async (queries) => {
    const { projectId, hash, stagedPath } = received
    await lockProject(database, queries, projectId)
    // From here no sweep can take the file: it looks for the row under the same lock.
    if (!(await blobs.has(projectId, hash))) await blobs.put(projectId, hash, { path: stagedPath })
    const before = await stateBefore(queries, received)
    const visibility = received.visibility ?? before.imageVisibility ?? before.asset?.visibility ?? 'public'
    if (before.imageVisibility === undefined) await insertBlob(queries, received)
    const changed = await placeAsset(queries, received, before.asset, visibility)
    if (before.imageVisibility !== undefined && before.imageVisibility !== visibility) {
      changed.push(...(await changeVisibility(queries, received, visibility)))
    }
    const released = await releaseReplaced(queries, received, before.asset)
    await countUpload(queries, projectId)
    const image = await findImage(queries, projectId, imageId(hash))
    if (image === undefined) throw new Error(`Image ${hash} is not there after its upload`)
    return { image, isNew: before.imageVisibility === undefined, changed, released }
  })
}

interface AssetBefore {
  readonly id: AssetId
  readonly hash: BlobHash
  readonly generation: number
  readonly visibility: Visibility
}

interface Before {
  /** Visibility of the project's image of these bytes; `undefined` when there is none. */
  readonly imageVisibility: Visibility | undefined
  /** What lies at the path. */
  readonly asset: AssetBefore | undefined
}

async function stateBefore(
  queries: TransactionQueries,
  { projectId, hash, path }: ReceivedImage,
): Promise<Before> {
  const rows = await queries
    .selectFrom('assets')
    .select(['id', 'path', 'hash', 'generation', 'visibility'])
    .where('project_id', '=', projectId)
    .where((asset) => asset.or([asset('hash', '=', hash), asset('path', '=', path)]))
    .execute()
  return {
    imageVisibility: rows.find((row) => row.hash === hash)?.visibility as Visibility | undefined,
    asset: rows.find((row) => row.path === path) as AssetBefore | undefined,
  }
}

async function insertBlob(
  queries: TransactionQueries,
  { projectId, hash, size, facts }: ReceivedImage,
): Promise<void> {
  await queries
    .insertInto('blobs')
    .values({
      project_id: projectId,
      hash,
      size,
      format: facts.format,
      facts: JSON.stringify(facts),
      created_at: Date.now(),
    })
    .execute()
}

async function placeAsset(
  queries: TransactionQueries,
  received: ReceivedImage,
  existing: AssetBefore | undefined,
  visibility: Visibility,
): Promise<ChangedAsset[]> {
  const { projectId, path, hash, originalFilename } = received
  if (existing?.hash === hash) return []
  const now = Date.now()
  const id = existing?.id ?? newId<AssetId>()
  const generation = (existing?.generation ?? 0) + 1
  const current = {
    hash,
    generation,
    visibility,
    original_filename: originalFilename,
    search_text: foldForSearch(`${path}\n${originalFilename}`),
    updated_at: now,
  }
  if (existing === undefined) {
    await queries
      .insertInto('assets')
      .values({
        id,
        project_id: projectId,
        path,
        folder: folderOf(path),
        stem: stemOf(path),
        created_at: now,
        ...current,
      })
      .execute()
  } else {
    await queries.updateTable('assets').set(current).where('id', '=', id).execute()
  }
  await queries
    .insertInto('asset_versions')
    .values({ asset_id: id, generation, hash, size: received.size, created_at: now })
    .execute()
  return [{ id, path }]
}

/** The image was there under another visibility and the upload asked for this one: all its paths follow. */
async function changeVisibility(
  queries: TransactionQueries,
  { projectId, hash }: ReceivedImage,
  visibility: Visibility,
): Promise<ChangedAsset[]> {
  const rows = await queries
    .updateTable('assets')
    .set({ visibility })
    .where('project_id', '=', projectId)
    .where('hash', '=', hash)
    .where('visibility', '!=', visibility)
    .returning(['id', 'path'])
    .execute()
  return rows.map(({ id, path }) => ({ id: id as AssetId, path }))
}

async function releaseReplaced(
  queries: TransactionQueries,
  { projectId, hash }: ReceivedImage,
  existing: AssetBefore | undefined,
): Promise<BlobHash | undefined> {
  if (existing === undefined || existing.hash === hash) return undefined
  const other = await queries
    .selectFrom('assets')
    .select('id')
    .where('project_id', '=', projectId)
    .where('hash', '=', existing.hash)
    .limit(1)
    .executeTakeFirst()
  if (other !== undefined) return undefined
  await queries
    .deleteFrom('blobs')
    .where('project_id', '=', projectId)
    .where('hash', '=', existing.hash)
    .execute()
  return existing.hash
}
