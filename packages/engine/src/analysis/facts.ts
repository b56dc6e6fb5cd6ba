/** Looks for what the next operation must know of the pixels before its numbers can be resolved. */
import { type Facts, factsMissing, hiddenKinds, type Operation, type Rgba } from '@fovea/core/model'
import { frameOf, type Raster } from '../image.ts'
import { onDemand } from '../on-demand.ts'
import { dominantColour } from './palette.ts'
import { trimBox } from './trim-box.ts'

const shown = onDemand(() => import('./shown.ts'))

/** Facts the operation needs and the frame of `raster` lacks; `raster` must be upright. */
export async function findFacts(operation: Operation | undefined, raster: Raster): Promise<Partial<Facts>> {
  if (operation === undefined) return {}
  const missing = factsMissing(operation, frameOf(raster))
  return {
    ...(operation.op === 'trim' && missing.includes('trimBox')
      ? { trimBox: await trimBox(raster, operation) }
      : {}),
    ...(operation.op === 'blurFaces' && missing.includes('shown')
      ? { shown: await (await shown()).shownIn(raster, hiddenKinds[operation.what]) }
      : {}),
    ...(missing.includes('dominantColour') ? { dominantColour: mainColour(raster) } : {}),
  }
}

function mainColour(raster: Raster): Rgba {
  const found = dominantColour(raster)
  if (found === undefined) return { r: 0, g: 0, b: 0, alpha: 0 }
  const [r, g, b] = found
  return { r, g, b, alpha: 1 }
}
