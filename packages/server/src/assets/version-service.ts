/** What lay at a path before, and how it comes back: as a new version, so that nothing cached is served again. */
import { problem } from '@fovea/core'
import type { Queries } from '../db/index.ts'
import type { Project, ProjectId } from '../projects/index.ts'
import type { AssetId, BlobHash } from './asset.ts'
import type { AssetWriter } from './asset-writer.ts'
import { type ImageId, imageId } from './image.ts'
import { replacedEvent } from './image-events.ts'
import { joinImage } from './join-image.ts'
import { placeAsset } from './place-asset.ts'
import type { AssetRow } from './remove-assets.ts'

export interface Version {
  /** 1 for the first; numbers of versions that are no longer kept are not given again. */
  readonly version: number
  readonly imageId: ImageId
  readonly size: number
  readonly originalFilename: string
  /** Unix milliseconds. */
  readonly createdAt: number
  readonly isCurrent: boolean
}

export class VersionService {
  readonly #writer: AssetWriter

  constructor(writer: AssetWriter) {
    this.#writer = writer
  }

  /** Newest first. @throws Problem `asset/not-found` */
  async list({ id: projectId }: Pick<Project, 'id'>, path: string): Promise<readonly Version[]> {
    const { queries } = this.#writer.database
    const asset = await assetAt(queries, projectId, path)
    const rows = await queries
      .selectFrom('asset_versions')
      .innerJoin('blobs', (join) =>
        join
          .onRef('blobs.project_id', '=', 'asset_versions.project_id')
          .onRef('blobs.hash', '=', 'asset_versions.hash'),
      )
      .select(['generation', 'asset_versions.hash', 'size', 'original_filename', 'asset_versions.created_at'])
      .where('asset_versions.project_id', '=', projectId)
      .where('asset_id', '=', asset.id)
      .orderBy('generation', 'desc')
      .execute()
    return rows.map((row) => ({
      version: row.generation,
      imageId: imageId(row.hash as BlobHash),
      size: row.size,
      originalFilename: row.original_filename,
      createdAt: row.created_at,
      isCurrent: row.generation === asset.generation,
    }))
  }

  /**
   * Makes the bytes of an older version the current ones. Restoring the current version changes nothing.
   * @throws Problem `asset/not-found`
   */
  restore(
    { id: projectId }: Pick<Project, 'id'>,
    path: string,
    version: number,
  ): Promise<{ readonly imageId: ImageId; readonly version: number }> {
    return this.#writer.write(projectId, async (queries) => {
      const asset = await assetAt(queries, projectId, path)
      const old = await queries
        .selectFrom('asset_versions')
        .select(['hash', 'original_filename'])
        .where('project_id', '=', projectId)
        .where('asset_id', '=', asset.id)
        .where('generation', '=', version)
        .executeTakeFirst()
      if (old === undefined) {
        throw problem('asset/not-found', { detail: `"${path}" has no version ${version} that is kept.` })
      }
      const hash = old.hash as BlobHash
      if (hash === asset.hash) return { result: { imageId: imageId(hash), version: asset.generation } }
      const generation = asset.generation + 1
      const { asset: changed, released } = await placeAsset(queries, {
        projectId,
        id: asset.id as AssetId,
        path,
        hash,
        generation,
        replaced: asset.hash as BlobHash,
        originalFilename: old.original_filename,
        ...(await joinImage(queries, { projectId, hash }, asset)),
      })
      const id = imageId(hash)
      const event = replacedEvent({ id }, path)
      return { result: { imageId: id, version: generation }, changed: [changed], released, event }
    })
  }
}

async function assetAt(queries: Queries, projectId: ProjectId, path: string): Promise<AssetRow> {
  const asset = await queries
    .selectFrom('assets')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('path', '=', path)
    .executeTakeFirst()
  if (asset === undefined) throw problem('asset/not-found', { detail: 'There is no image at this path.' })
  return asset
}
