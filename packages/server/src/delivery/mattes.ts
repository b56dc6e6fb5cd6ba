/**
 * Mattes of sources, kept beside their variants and forgotten with them: finding one takes most of a second, and
 * every later picture of the source is cut with it, whoever asks for it and in whatever form.
 *
 * They are kept as the model gives them, 320 px and 100 KB. What makes an edge fine are the pixels of the variant at
 * hand: a refined matte would be as large as the source and fit none of its smaller variants.
 */
import { type CacheAddress, cacheAddress, mediaTypeOf, modelWork, type VariantKey } from '@fovea/core'
import type { Matte } from '@fovea/engine/pool'
import type { DeliveryContext } from './dependencies.ts'
import type { Production } from './production.ts'
import type { VariantPlace } from './variants/index.ts'

type Wanted = Pick<Production, 'project' | 'source' | 'decode'> & {
  readonly outputs: readonly Pick<Production['outputs'][number], 'pipeline'>[]
}

export interface MatteKeeper extends Pick<DeliveryContext, 'digest' | 'changes'> {
  readonly models: Pick<DeliveryContext['models'], 'idOf'>
  readonly variants: Pick<DeliveryContext['variants'], 'get' | 'put'>
}

/** The matte of one run's source. */
export interface SourceMatte {
  /** The one that an earlier run found. */
  readonly kept: Matte | undefined
  /**
   * Keeps what this run found, unless the source has changed since it began. To be called once, also by a run that
   * found nothing. Never rejects.
   */
  end(found: Matte | undefined): Promise<void>
}

const unwanted: SourceMatte = { kept: undefined, end: async () => undefined }

/** Of nothing, when no output needs one, no model here finds one, or the source is not stored anywhere. */
export async function matteOf(wanted: Wanted, app: MatteKeeper): Promise<SourceMatte> {
  const place = placeOf(wanted, app)
  if (place === undefined) return unwanted
  let isOutdated = false
  const stopWatching = app.changes.subscribe((change) => {
    if (change.kind === 'asset' && change.assetId === place.assetId) isOutdated = true
  })
  return {
    kept: await readMatte(place, app),
    async end(found) {
      if (found !== undefined) await writeMatte(place, found, app, () => isOutdated)
      stopWatching()
    },
  }
}

async function readMatte(
  place: VariantPlace,
  { variants }: Pick<MatteKeeper, 'variants'>,
): Promise<Matte | undefined> {
  const kept = await variants.get(place)
  if (kept?.body.kind !== 'bytes') return undefined
  const { width, height } = kept
  const data = kept.body.bytes.subarray(-width * height)
  return data.length === width * height ? { data, width, height } : undefined
}

async function writeMatte(
  place: MattePlace,
  { data, width, height }: Matte,
  { variants }: Pick<MatteKeeper, 'variants'>,
  isOutdated: () => boolean,
): Promise<void> {
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
  await variants.put(place, meta, body, isOutdated)
}

interface MattePlace extends VariantPlace {
  readonly address: CacheAddress
}

function placeOf(
  { project, source, decode, outputs }: Wanted,
  { digest, models }: MatteKeeper,
): MattePlace | undefined {
  const { id, generation, hash } = source
  if (id === undefined || generation === undefined) return undefined
  const isWanted = outputs.some(({ pipeline }) => modelWork(pipeline).includes('matte'))
  const model = isWanted ? models.idOf('matte') : undefined
  if (model === undefined) return undefined
  const { orient, page } = decode
  const address = cacheAddress(digest, {
    projectId: project.id,
    projectGeneration: project.generation,
    assetId: id,
    assetGeneration: generation,
    // A label, as of the other things that are no variant of a pipeline.
    variant: `matte.${model}.${hash}.${JSON.stringify({ orient, page })}` as VariantKey,
  })
  return { projectId: project.id, assetId: id, address }
}
