/** The engine of this machine, in decoding processes that are there as long as the command runs. */
import { createHash } from 'node:crypto'
import { defaultLimits, isFormat, type Limits, predictCost } from '@fovea/core'
import { createPool, type EnginePool } from '@fovea/engine/pool'
import type { Wanted } from './flags.ts'
import type { Maker } from './maker.ts'
import { outputFor } from './output.ts'
import { type LocalPicture, readPictures } from './pictures.ts'

/** @throws UsageError naming a picture of the pipeline that cannot be used */
export async function localMaker(wanted: Wanted, workers: number): Promise<Maker> {
  const pool = createPool({
    workers,
    sandbox: 'auto',
    maxQueued: workers,
    maxInflightBytes: workers * 1024 ** 3,
    maxWorkerBytes: 2 * 1024 ** 3,
  })
  const limits: Limits = { ...defaultLimits, deadlineMs: wanted.timeoutMs }
  try {
    return makerOf(wanted, { pool, limits, pictures: await readPictures(wanted.pipeline, pool, limits) })
  } catch (error) {
    await pool.close()
    throw error
  }
}

interface Engine {
  readonly pool: EnginePool
  readonly limits: Limits
  /** By the key under which the pipeline names them. */
  readonly pictures: Readonly<Record<string, LocalPicture>>
}

function makerOf(wanted: Wanted, { pool, limits, pictures }: Engine): Maker {
  const headers = Object.fromEntries(Object.entries(pictures).map(([key, { facts }]) => [key, facts]))
  const decode = { orient: wanted.orient }
  return {
    // Children of a root process cannot read private folders: they get bytes.
    async make({ bytes }, signal) {
      const sourceId = createHash('sha256').update(bytes).digest('hex')
      const source = { bytes }
      const facts = await pool.probe(source, limits, { sourceId, signal })
      const output = outputFor(wanted.output, facts.format)
      const outputs = [{ pipeline: wanted.pipeline, output }]
      const cost = predictCost(facts, outputs, { ...decode, pictures: headers })
      const result = await pool.run({ source, sourceId, pictures, decode, outputs, limits, cost }, { signal })
      const [made] = result.outputs
      if (made === undefined) throw new Error('the engine returned nothing')
      const format = isFormat(made.format) ? made.format : output.format
      return { ...made, format, sourceWidth: facts.width, sourceHeight: facts.height }
    },
    close: () => pool.close(),
  }
}
