/** Makes a variant that no cache holds: reserve, admit, run, keep. The one place where delivery spends CPU time. */
import { type DialectName, type ImageRequest, mediaTypeOf, predictCost, problem } from '@fovea/core'
import type { HeldFile } from '../origins/index.ts'
import type { Project } from '../projects/project.ts'
import type { DeliveryContext } from './dependencies.ts'
import type { FlightControl } from './flights.ts'
import type { Identity } from './identify.ts'
import { largestHeldBytes } from './reply.ts'
import type { FoundSource, FoundSources } from './sources.ts'
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
  const { output } = ids
  const hint = output.kind === 'image' ? app.hints.get(sourceId, output) : undefined
  const outputs = [{ pipeline: wanted.pipeline, output, ...(hint === undefined ? {} : { hint }) }]
  // What is told about a picture is no transform and costs its project nothing.
  const reservation =
    output.kind === 'image' ? await app.usage.reserve(project.id, ids.transformId) : undefined
  let result: Awaited<ReturnType<typeof app.pool.run>>
  const files = new Files()
  try {
    const source = await timings.measure('fetch', () => files.open(asset))
    const beside = await Promise.all(
      [...pictures].map(async ([key, picture]) => [key, await files.open(picture)] as const),
    )
    result = await app.pool.run(
      {
        source: source.source,
        sourceId: source.id,
        pictures: Object.fromEntries(beside),
        decode: wanted.decode,
        outputs,
        limits: app.limits,
        cost: predictCost(asset.facts, outputs, {
          ...wanted.decode,
          pictures: Object.fromEntries([...pictures].map(([key, { facts }]) => [key, facts])),
        }),
      },
      { signal: control.signal, onStart: () => app.metrics.decodes.add() },
    )
  } catch (error) {
    await reservation?.release()
    throw error
  } finally {
    files.release()
  }
  await reservation?.commit()
  const { preset } = wanted.delivery
  if (preset !== undefined) app.usage.usedPreset(project.id, dialect, preset)
  const { queueMs, timings: spent } = result
  const stages = { queue: queueMs, decode: spent.open, ops: spent.operate, encode: spent.encode } as const
  for (const [stage, ms] of Object.entries(stages)) app.metrics.stages.observe({ stage }, ms / 1000)
  timings.set('queue', stages.queue)
  timings.set('decode', stages.decode)
  timings.set('ops', stages.ops)
  timings.set('encode', stages.encode)
  const [made] = result.outputs
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

/** Per project: one tenant's quarantine must neither reach another nor tell that it has the same bytes. */
function sourceIdOf({ projectId, hash }: FoundSource): string {
  return `${projectId}/${hash}`
}

/** The files of one run, held until it has ended. */
class Files {
  readonly #held: HeldFile[] = []

  async open(source: FoundSource) {
    const file = await source.file()
    this.#held.push(file)
    return { source: { path: file.path }, id: sourceIdOf(source) }
  }

  release(): void {
    for (const file of this.#held) file.release()
  }
}
