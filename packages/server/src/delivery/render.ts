/** Makes a variant that no cache holds, and keeps it. The one place where delivery spends CPU time. */
import { type DialectName, type ImageRequest, mediaTypeOf, problem } from '@fovea/core'
import type { Project } from '../projects/project.ts'
import type { DeliveryContext } from './dependencies.ts'
import type { FlightControl } from './flights.ts'
import type { Identity } from './identify.ts'
import { produce, sourceIdOf } from './produce.ts'
import { largestHeldBytes } from './reply.ts'
import type { FoundSources } from './sources.ts'
import type { Timings } from './timings.ts'
import type { Variant } from './variants/index.ts'

export interface RenderJob extends FoundSources {
  /** In which it was asked for. */
  readonly dialect: DialectName
  readonly wanted: ImageRequest
  readonly project: Project
  readonly ids: Identity & { readonly kind: 'variant' }
  readonly timings: Timings
}

/**
 * Runs in a flight: shared by all who want the same variant, cancelled when none of them waits any more.
 * @throws Problem of the engine, the pool (`capacity/exhausted`, `render/timeout`) or the quota
 */
export async function render(job: RenderJob, app: DeliveryContext, control: FlightControl): Promise<Variant> {
  const { dialect, wanted, asset, pictures, project, ids, timings } = job
  const sourceId = sourceIdOf(asset)
  const { output, transformId } = ids
  const hint = output.kind === 'image' ? app.hints.get(sourceId, output) : undefined
  const { pipeline, decode } = wanted
  const { outputs, stages } = await produce(
    {
      project,
      source: asset,
      pictures,
      decode,
      outputs: [{ pipeline, output, transformId, ...(hint === undefined ? {} : { hint }) }],
    },
    app,
    { signal: control.signal, onFetched: (ms) => timings.set('fetch', ms) },
  )
  const { preset } = wanted.delivery
  if (preset !== undefined) app.usage.usedPreset(project.id, dialect, preset)
  timings.set('queue', stages.queue)
  timings.set('decode', stages.decode)
  timings.set('ops', stages.ops)
  timings.set('encode', stages.encode)
  const [made] = outputs
  if (made === undefined)
    throw problem('internal/unexpected', { cause: new Error('the engine returned no output') })
  if (output.kind === 'image') app.hints.learn(sourceId, output, made.quality)
  const meta = {
    address: ids.address,
    contentType: mediaTypeOf(made.format),
    format: made.format,
    width: made.width,
    height: made.height,
    pages: made.pages,
    ...(made.quality === undefined ? {} : { quality: made.quality }),
  }
  const place = { projectId: project.id, assetId: asset.id, address: ids.address }
  const bytes = Buffer.from(made.bytes.buffer, made.bytes.byteOffset, made.bytes.byteLength)
  const stored = app.variants.put(place, meta, bytes, control.isOutdated)
  const held: Variant = { ...meta, body: { kind: 'bytes', bytes } }
  if (bytes.length > largestHeldBytes) return { ...meta, body: (await stored) ?? held.body }
  control.linger(stored)
  return held
}
