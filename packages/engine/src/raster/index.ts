/** Steps that the engine does itself on raw pixels: what sharp cannot do, or does off its place. */
import type { Step } from '@fovea/core/model'
import { recomb, tint, vibrance } from './colours.ts'
import { denoise } from './denoise.ts'
import { dither } from './dither.ts'
import { greyscale } from './greyscale.ts'
import { halftone } from './halftone.ts'
import { levels } from './levels.ts'
import { encircle, mask } from './mask.ts'
import { pickNearest } from './nearest.ts'
import { extend, flatten } from './paint.ts'
import type { Pixels } from './pixels.ts'
import { resample } from './resample.ts'
import { shades } from './shades.ts'
import { linear, toneCurve } from './tables.ts'
import { wash } from './wash.ts'

/** Applies the step, which must be one of these; the input is not changed. */
export function applyRaster(pixels: Pixels, step: Step): Pixels {
  switch (step.step) {
    case 'linear':
      return linear(pixels, step)
    case 'curve':
      return toneCurve(pixels, step)
    case 'recomb':
      return recomb(pixels, step)
    case 'vibrance':
      return vibrance(pixels, step)
    case 'tint':
      return tint(pixels, step)
    case 'shades':
      return shades(pixels, step)
    case 'halftone':
      return halftone(pixels, step)
    case 'dither':
      return dither(pixels, step)
    case 'denoise':
      return denoise(pixels, step)
    case 'levels':
      return levels(pixels, step)
    case 'mask':
      return mask(pixels, step)
    case 'wash':
      return wash(pixels, step)
    case 'encircle':
      return encircle(pixels, step)
    case 'extend':
      return extend(pixels, step)
    case 'flatten':
      return flatten(pixels, step)
    case 'greyscale':
      return greyscale(pixels)
    case 'resize':
      return step.kernel === 'nearest'
        ? pickNearest(pixels, step.width, step.height)
        : resample(pixels, step.width, step.height, step.kernel)
    default:
      throw new TypeError(`${step.step} is sharp's, not done on raw pixels`)
  }
}

export { agreeing } from './agreeing.ts'
export { backdropSteps, layOver } from './backdrop.ts'
export { composite } from './blend.ts'
export { boxOf, pasted } from './box.ts'
export { cutOut, transparency } from './cut-out.ts'
export { mixDrawn, pixelsFromPlanes } from './drawn.ts'
export { withFilledHoles } from './filled-holes.ts'
export type { Pixels } from './pixels.ts'
export { resample } from './resample.ts'
export { softEdge } from './soft-edge.ts'
export { stencil } from './stencil.ts'
export { addDetail } from './unsharp.ts'
