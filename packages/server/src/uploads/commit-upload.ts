/** The one transaction that makes an uploaded image exist. */
import type { HeaderFacts } from '@fovea/engine/pool'
import {
  type AssetId,
  type BlobHash,
  type BlobStore,
  type ChangedAsset,
  comesNew,
  type DescriptionRow,
  descriptionColumns,
  descriptionRow,
  type Image,
  imagesOf,
  joinImage,
  noDescription,
  occupied,
  placeAsset,
  replacedEvent,
  type StoredBlob,
  updatedEvent,
  uploadedEvent,
  type Visibility,
} from '../assets/index.ts'
import {
  type Database,
  holds,
  lockProject,
  type Queries,
  type TransactionQueries,
  together,
} from '../db/index.ts'
import type { EventSink, ProjectEvent } from '../events/index.ts'
import { newId, type ProjectId } from '../projects/index.ts'
import { countUpload } from '../usage/index.ts'
import { type Allowance, checkAllowance } from './allowance.ts'
import { quotaEvents } from './quota-events.ts'

export interface ReceivedImage {
  readonly projectId: ProjectId
  readonly path: string
  readonly hash: BlobHash
  readonly size: number
  readonly facts: HeaderFacts
  readonly originalFilename: string
  /** Absent: an image that is there keeps its own, a new one takes that of the image it replaces, else public. */
  readonly visibility: Visibility | undefined
  readonly stored: StoredBlob
  /** Unbounded when absent. */
  readonly allowance: Allowance | undefined
  /** Whether what lies at the path may get a new version. */
  readonly mayReplace: boolean
  /** Done in the same transaction, when everything else is. */
  readonly within: ((queries: TransactionQueries, image: Image) => Promise<void>) | undefined
}

export interface Committed {
  readonly image: Image
  /** The project had no image of these bytes. */
  readonly isNew: boolean
  /** Assets that resolve differently now. */
  readonly changed: readonly ChangedAsset[]
  /** Blobs that went with the oldest version of the path. */
  readonly released: readonly BlobHash[]
}

export interface CommitContext {
  readonly database: Database
  readonly blobs: BlobStore
  readonly events: EventSink
}

/**
 * Everything or nothing, and on disk when it resolves. An existing path gets a new version and generation. `undefined`,
 * with nothing done, when the file was removed after it was put.
 * @throws Problem `quota/exceeded`, `asset/conflict`
 */
export function commitUpload(
  { database, blobs, events }: CommitContext,
  received: ReceivedImage,
): Promise<Committed | undefined> {
  return database.transaction(async (queries) => {
    const { projectId, hash } = received
    await lockProject(database, queries, projectId)
    const now = Date.now()
    const [there, isStored] = await together(
      assetAt(queries, received),
      holds(queries, blobs.mustBeStored(queries, received.stored)),
    )
    if (there !== undefined && !received.mayReplace) throw occupied(received.path)
    if (!isStored) return undefined
    const added = await insertBlob(queries, received, now).execute()
    const isStoredFirst = added.length > 0
    // The sum of what is stored has the blob already.
    if (received.allowance !== undefined) await checkAllowance(queries, projectId, received.allowance, 0)
    const own = there ?? newcomer
    const shared = isStoredFirst ? comesNew(own, now) : await joinImage(queries, received, own)
    const visibility = received.visibility ?? shared.visibility
    const changed: ChangedAsset[] = []
    const released: BlobHash[] = []
    if (there?.hash !== hash) {
      const placed = await placeAsset(queries, {
        projectId,
        hash,
        path: received.path,
        originalFilename: received.originalFilename,
        id: there?.id ?? newId<AssetId>(),
        generation: (there?.generation ?? 0) + 1,
        replaced: there?.hash,
        ...shared,
        visibility,
      })
      changed.push(placed.asset)
      released.push(...placed.released)
    }
    if (visibility !== shared.visibility)
      changed.push(...(await changeVisibility(queries, received, visibility)))
    const [[image]] = await together(
      imagesOf(queries, projectId, [hash]),
      countUpload(queries, projectId).execute(),
    )
    if (image === undefined) throw new Error(`Image ${hash} is not there after its upload`)
    await received.within?.(queries, image)
    const event = eventOf(received, { image, before: there, hadVisibility: shared.visibility })
    const told = event === undefined ? [] : [event]
    const addedBytes = isStoredFirst ? received.size : 0
    if (received.allowance !== undefined)
      told.push(...(await quotaEvents(queries, projectId, received.allowance, addedBytes)))
    for (const each of told) await events.record(queries, projectId, each)
    return { image, isNew: shared.isNew, changed, released }
  })
}

interface AssetBefore extends DescriptionRow {
  readonly id: AssetId
  readonly hash: BlobHash
  readonly generation: number
  readonly visibility: Visibility
}

/** What an upload was: an image at a new path, other bytes at one, another visibility, or nothing new. */
function eventOf(
  { path, hash }: ReceivedImage,
  { image, before, hadVisibility }: UploadMade,
): ProjectEvent | undefined {
  if (before === undefined) return uploadedEvent(image, path)
  if (before.hash !== hash) return replacedEvent(image, path)
  return updatedEvent({ ...image, visibility: hadVisibility }, image)
}

interface UploadMade {
  readonly image: Image
  /** What lay at the path. */
  readonly before: AssetBefore | undefined
  readonly hadVisibility: Visibility
}

const newcomer = { visibility: 'public', ...descriptionRow(noDescription) } as const

/** What lies at the path. */
async function assetAt(
  queries: TransactionQueries,
  { projectId, path }: ReceivedImage,
): Promise<AssetBefore | undefined> {
  const row = await queries
    .selectFrom('assets')
    .select(['id', 'hash', 'generation', 'visibility', ...descriptionColumns])
    .where('project_id', '=', projectId)
    .where('path', '=', path)
    .executeTakeFirst()
  return row as AssetBefore | undefined
}

/** Returns a row when the project had no such bytes. */
export function insertBlob(queries: Queries, { projectId, hash, size, facts }: ReceivedImage, now: number) {
  return queries
    .insertInto('blobs')
    .values({
      project_id: projectId,
      hash,
      size,
      format: facts.format,
      facts: JSON.stringify(facts),
      created_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('hash')
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
