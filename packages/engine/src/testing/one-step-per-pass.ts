/** The reference the planner is measured against: every step alone in its pass, in the order written. */
import { expandWideBlurs, type Facts, factsMissing, lowerOperation, type Pipeline } from '@fovea/core'
import { trimBox } from '../analysis/trim-box.ts'
import { execute } from '../execute.ts'
import { frameOf, type Raster } from '../image.ts'

export async function oneStepPerPass(pipeline: Pipeline, start: Raster): Promise<Raster> {
  let raster = start
  for (const operation of pipeline) {
    const frame = frameOf(raster)
    const facts: Partial<Facts> =
      operation.op === 'trim' && factsMissing('trim', frame).length > 0
        ? { trimBox: await trimBox(raster, operation) }
        : {}
    const steps = expandWideBlurs(lowerOperation(operation, { ...frame, facts }), frame)
    for (const step of steps) raster = await execute([step], raster)
  }
  return raster
}
