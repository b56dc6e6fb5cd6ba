/**
 * Mattes of sources, kept beside their variants and forgotten with them: finding one takes most of a second, and
 * every later variant of the source is cut with it.
 *
 * They are kept as the model gives them, 320 px and 100 KB. What makes an edge fine are the pixels of the variant at
 * hand: a refined matte would be as large as the source and fit none of its smaller variants.
 */
import {
  type CacheAddress,
  cacheAddress,
  type ImageRequest,
  mediaTypeOf,
  modelWork,
  type VariantKey,
} from '@fovea/core'
import type { Matte } from '@fovea/engine/pool'
import type { Project } from '../projects/project.ts'
import type { DeliveryContext } from './dependencies.ts'
import type { FoundSource } from './sources.ts'

interface Wanted {
  readonly wanted: Pick<ImageRequest, 'decode' | 'pipeline'>
  readonly asset: FoundSource
  readonly project: Project
}

type Keeper = Pick<DeliveryContext, 'digest' | 'models' | 'variants'>

/** The source's, when the pipeline asks for one and an earlier run found it. */
export async function keptMatte(wanted: Wanted, app: Keeper): Promise<Matte | undefined> {
  const place = placeOf(wanted, app)
  const kept = place && (await app.variants.get(place))
  if (kept?.body.kind !== 'bytes') return undefined
  const { width, height } = kept
  const data = kept.body.bytes.subarray(-width * height)
  return data.length === width * height ? { data, width, height } : undefined
}

/** Never rejects. `isOutdated` says that the source has changed meanwhile. */
export async function keepMatte(
  wanted: Wanted,
  { data, width, height }: Matte,
  app: Keeper,
  isOutdated: () => boolean,
): Promise<void> {
  const place = placeOf(wanted, app)
  if (place === undefined) return
  // A whole file of its own: portable grey map, as Netpbm's pgm(5) describes it.
  const body = Buffer.concat([Buffer.from(`P5\n${width} ${height}\n255\n`, 'latin1'), data])
  const meta = {
    address: place.address,
    contentType: mediaTypeOf('pnm'),
    format: 'pnm',
    width,
    height,
    pages: 1,
  } as const
  await app.variants.put(place, meta, body, isOutdated)
}

/** `undefined` when nothing of the pipeline needs a matte, or no model here finds one. */
function placeOf({ wanted, asset, project }: Wanted, { digest, models }: Keeper) {
  const model = modelWork(wanted.pipeline).includes('matte') ? models.idOf('matte') : undefined
  if (model === undefined) return undefined
  const { orient, page } = wanted.decode
  const address: CacheAddress = cacheAddress(digest, {
    projectId: project.id,
    projectGeneration: project.generation,
    assetId: asset.id,
    assetGeneration: asset.generation,
    // A label, as of the other things that are no variant of a pipeline.
    variant: `matte.${model}.${asset.hash}.${JSON.stringify({ orient, page })}` as VariantKey,
  })
  return { projectId: project.id, assetId: asset.id, address }
}
