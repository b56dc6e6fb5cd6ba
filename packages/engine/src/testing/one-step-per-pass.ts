/** The reference the planner is measured against: every step alone in its pass, in the order written. */
import {
  expandWideBlurs,
  type Facts,
  frameBehind,
  lowerOperation,
  type Operation,
  type Pipeline,
  type Step,
  wantedSightings,
} from '@fovea/core/model'
import { findFacts } from '../analysis/facts.ts'
import { execute } from '../execute.ts'
import { frameOf, type Raster } from '../image.ts'

/** `onStep` hears of every step that is executed. */
export async function oneStepPerPass(
  pipeline: Pipeline,
  start: Raster,
  onStep: (step: Step) => void = () => undefined,
): Promise<Raster> {
  let raster = start
  let { format } = frameOf(start)
  for (const operation of pipeline) {
    const facts = { ...unseen(operation), ...(await findFacts(operation, raster)) }
    const frame = { ...frameOf(raster), format, facts }
    const steps = expandWideBlurs(lowerOperation(operation, frame), frame)
    for (const step of steps) {
      onStep(step)
      raster = await execute([step], raster)
    }
    format = frameBehind(operation, frame, steps).format
  }
  return raster
}

/** There are no models here, so nothing is seen. */
function unseen(operation: Operation): Partial<Facts> {
  return Object.fromEntries(wantedSightings([operation], {}).map((fact) => [fact, []]))
}
