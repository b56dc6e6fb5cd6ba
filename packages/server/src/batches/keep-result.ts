/**
 * Where a result of a batch goes: an image of the project, an object in a bucket, or a text in its own row.
 *
 * The row of an image is written in the transaction that makes the image exist. A bucket knows no transactions, so an
 * object bears the name of its result: whoever comes again behind a kill finds his own and writes only the row.
 */
import { type Format, isFormat, mediaTypeOf } from '@fovea/core'
import type { BatchRequest, ImageWish, ObjectWish } from '@fovea/core/dialects/json'
import type { produce } from '../delivery/index.ts'
import { type PlanCatalogue, type Project, type ProjectService, planOf } from '../projects/index.ts'
import { type ObjectStores, oneChunk, storeObjectOnce } from '../transforms/index.ts'
import type { UploadService } from '../uploads/index.ts'
import type { ClaimedItem, ItemResult } from './batch.ts'
import { type BatchQueue, LostItem } from './batch-queue.ts'
import { destinationOf } from './destinations.ts'

type Made = Awaited<ReturnType<typeof produce>>['outputs'][number]

export interface Keeper extends ObjectStores {
  readonly batchQueue: BatchQueue
  readonly projects: Pick<ProjectService, 'account'>
  readonly plans: PlanCatalogue
  readonly uploads: UploadService
}

export interface NewItemResult {
  readonly project: Project
  readonly item: ClaimedItem
  readonly request: BatchRequest
  readonly output: BatchRequest['outputs'][number]
  /** Of the output, from 0. */
  readonly index: number
  readonly made: Made
}

/** @throws LostItem; Problem of the storage, the quota or the bucket */
export async function keepResult(kept: NewItemResult, app: Keeper, signal: AbortSignal): Promise<void> {
  const { item, request, made, index, output } = kept
  const { bytes, format, width, height } = made
  const { store } = request
  const row = { output: index, name: output.name, format, width, height, size: bytes.length, ...nowhere }
  if (store === undefined || !isFormat(format)) {
    const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
    await app.batchQueue.addAlone(item, { ...row, content })
    return
  }
  const path = destinationOf(store, { source: item.source, position: item.position, index, output, format })
  if (store.kind === 'image') await keepImage({ ...kept, row, wish: { ...store, path } }, app, signal)
  else await keepObject({ ...kept, row, wish: { ...store, path }, format }, app, signal)
}

const nowhere = { image: undefined, object: undefined, content: undefined }

interface NewImage extends NewItemResult {
  readonly row: ItemResult
  readonly wish: ImageWish
}

async function keepImage(
  { project, item, made, row, wish: { path, visibility } }: NewImage,
  { batchQueue, projects, plans, uploads }: Keeper,
  signal: AbortSignal,
): Promise<void> {
  const allowance = planOf(plans, (await projects.account(project.id)).plan)
  const staged = await uploads.receive(oneChunk(made.bytes), { signal })
  await uploads.store(project, staged, {
    fileName: path.slice(path.lastIndexOf('/') + 1),
    targetPath: path,
    isWholePath: true,
    visibility,
    allowance,
    within: (queries, { hash }) => batchQueue.addResult(queries, item, { ...row, image: { path, hash } }),
    signal,
  })
}

interface NewObject extends NewItemResult {
  readonly row: ItemResult
  readonly wish: ObjectWish
  readonly format: Format
}

async function keepObject(
  { project, item, made, row, wish, format }: NewObject,
  { batchQueue, ...stores }: Keeper,
  signal: AbortSignal,
): Promise<void> {
  // What is written to a bucket stays there: whoever has lost the picture must not begin.
  if (!(await batchQueue.renew(item))) throw new LostItem()
  const object = await storeObjectOnce(stores, project, {
    wish,
    bytes: made.bytes,
    mediaType: mediaTypeOf(format),
    signal,
    mark: `${item.batchId}/${item.position}/${row.output}`,
    isAgain: item.lease > 1,
  })
  await batchQueue.addAlone(item, { ...row, object })
}
