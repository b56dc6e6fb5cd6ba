/**
 * One run of the engine with all around it: quota, the files it reads, what models saw before, prediction, metrics.
 *
 * Delivery makes one output with it, a JSON request as many as it likes: all of them or none.
 */
import { predictCost } from '@fovea/core'
import type { Matte } from '@fovea/engine/pool'
import type { DeliveryContext, Reservation } from './dependencies.ts'
import { type MatteKeeper, matteOf } from './mattes.ts'
import type { ProducedFrom, Production } from './production.ts'
import { sightingsOf } from './sightings.ts'

export interface ProductionControl {
  readonly signal: AbortSignal
  /** Told how long the files took, ms. */
  readonly onFetched?: (ms: number) => void
  /** Told now and then how far long work has come, 0–1; it may begin anew. */
  readonly onProgress?: (fraction: number) => void
  /** An abort ends the child: for long work that nobody else can use. */
  readonly abortKills?: boolean
}

interface Producer extends Pick<DeliveryContext, 'limits' | 'metrics' | 'sightings'>, MatteKeeper {
  readonly pool: Pick<DeliveryContext['pool'], 'run'>
  readonly models: Pick<DeliveryContext['models'], 'missingFor' | 'idOf'>
  readonly usage: Pick<DeliveryContext['usage'], 'reserve'>
}

/**
 * Counts the transforms when all outputs are made, and none of them otherwise.
 * @throws Problem of the engine, the pool (`capacity/exhausted`, `render/timeout`), the files or the quota
 */
export async function produce(wanted: Production, app: Producer, control: ProductionControl) {
  const { source, pictures, decode } = wanted
  const reservations = await reserve(wanted, app)
  const matte = await matteOf(wanted, app)
  const files: { release(): void }[] = []
  const open = async (picture: ProducedFrom) => {
    const file = await picture.file()
    files.push(file)
    return { source: { path: file.path }, id: sourceIdOf(picture) }
  }
  const outputs = wanted.outputs.map(({ transformId, ...output }) => output)
  let found: Matte | undefined
  let result: Awaited<ReturnType<typeof app.pool.run>>
  try {
    const started = performance.now()
    const main = await open(source)
    const beside = await Promise.all(
      [...pictures].map(async ([key, picture]) => [key, await open(picture)] as const),
    )
    control.onFetched?.(performance.now() - started)
    const sightings = await sightingsOf(wanted, app)
    const headers = Object.fromEntries([...pictures].map(([key, { facts }]) => [key, facts]))
    result = await app.pool.run(
      {
        source: main.source,
        sourceId: main.id,
        pictures: Object.fromEntries(beside),
        decode,
        sightings,
        outputs,
        matte: matte.kept,
        limits: app.limits,
        cost: predictCost(source.facts, outputs, {
          ...decode,
          pictures: headers,
          sightings,
          hasMatte: matte.kept !== undefined,
        }),
      },
      {
        signal: control.signal,
        onStart: () => app.metrics.decodes.add(),
        onProgress: control.onProgress,
        abortKills: control.abortKills,
      },
    )
    found = result.matte
  } catch (error) {
    for (const reservation of reservations) await reservation.release()
    throw error
  } finally {
    for (const file of files) file.release()
    void matte.end(found)
  }
  for (const reservation of reservations) await reservation.commit()
  if (matte.kept !== undefined) app.metrics.mattes.add({ from: 'kept' })
  if (found !== undefined) app.metrics.mattes.add({ from: 'model' })
  const { queueMs, timings: spent } = result
  const stages = { queue: queueMs, decode: spent.open, ops: spent.operate, encode: spent.encode } as const
  for (const [stage, ms] of Object.entries(stages)) app.metrics.stages.observe({ stage }, ms / 1000)
  /** What models would have done better, and are not here for. */
  const degraded = app.models.missingFor(outputs.flatMap(({ pipeline }) => pipeline))
  return { outputs: result.outputs, degraded, stages }
}

/** Per project: one tenant's quarantine must neither reach another nor tell that it has the same bytes. */
export function sourceIdOf({ projectId, hash }: Pick<ProducedFrom, 'projectId' | 'hash'>): string {
  return `${projectId}/${hash}`
}

/** All or none. What is told about a picture is no transform and costs its project nothing. */
async function reserve({ project, outputs }: Production, { usage }: Producer) {
  const reservations: Reservation[] = []
  try {
    for (const { output, transformId } of outputs)
      if (output.kind === 'image') reservations.push(await usage.reserve(project.id, transformId))
  } catch (error) {
    for (const reservation of reservations) await reservation.release()
    throw error
  }
  return reservations
}
