/**
 * The usual upload, new bytes at a free path, as a transaction that is known as a whole before it begins: its statements
 * travel together, and other uploads wait for one round trip to the database instead of seven.
 */
import { type AssetId, imageId, newAssetSteps, noDescription } from '../assets/index.ts'
import { isUniqueViolation, lockSteps } from '../db/index.ts'
import { newId } from '../projects/index.ts'
import { countUpload } from '../usage/index.ts'
import type { Allowance } from './allowance.ts'
import { type CommitContext, type Committed, insertBlob, type ReceivedImage } from './commit-upload.ts'

/**
 * Everything or nothing, and on disk when it resolves. `undefined`, with nothing done, where more is to be found out:
 * the bytes or the path are there already, somebody hears of the project's events, the plan has bounds, the caller has
 * something to add, or the file was removed after it was put.
 */
export async function commitNew(
  { database, blobs, events }: CommitContext,
  received: ReceivedImage,
): Promise<Committed | undefined> {
  const { projectId, hash, path, size, facts, originalFilename, allowance } = received
  if (received.within !== undefined || isBounded(allowance)) return undefined
  const { queries } = database
  const now = Date.now()
  const visibility = received.visibility ?? 'public'
  const id = newId<AssetId>()
  const asset = {
    id,
    projectId,
    path,
    hash,
    originalFilename,
    visibility,
    description: noDescription,
    listedAt: now,
  }
  const isDone = await database
    .atOnce([
      ...lockSteps(database, projectId),
      blobs.mustBeStored(queries, received.stored),
      { query: events.unheard(queries, projectId), mustReturn: true },
      { query: insertBlob(queries, received, now), mustReturn: true },
      ...newAssetSteps(queries, asset),
      { query: countUpload(queries, projectId) },
    ])
    .catch((error: unknown) => {
      if (isUniqueViolation(error)) return false
      throw error
    })
  if (!isDone) return undefined
  const image = {
    id: imageId(hash),
    projectId,
    hash,
    size,
    facts,
    uploadedAt: now,
    visibility,
    originalFilename,
    description: noDescription,
    paths: [path],
    signedUrl: undefined,
  }
  return { image, isNew: true, changed: [{ id, path }], released: [] }
}

function isBounded(allowance: Allowance | undefined): boolean {
  return (
    allowance !== undefined && (allowance.maxUploadsPerMonth !== null || allowance.maxStorageBytes !== null)
  )
}
