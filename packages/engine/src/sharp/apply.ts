/**
 * One pass onto one sharp instance: the only file that knows sharp's method names for steps.
 *
 * The order of the calls is the order of the pass, but sharp executes its own; `profile.ts` makes both agree.
 */
import type { PixelStepKind, Size, Step } from '@fovea/core/model'
import type { Sharp } from 'sharp'

/** Adds the calls of `pass`; `frame` is the size of one frame before it. */
export function applyPass(pipeline: Sharp, pass: readonly Step[], frame: Size): Sharp {
  const prepared = needsIdentityResize(pass) ? pipeline.resize({ ...sizeOf(frame), fit: 'fill' }) : pipeline
  return pass.reduce(applyStep, prepared)
}

/**
 * sharp has a cut before and one behind the resize, and takes the first only when no resize was asked for. A cut
 * behind other steps therefore needs a resize to stand behind, if only to the same size (which costs nothing).
 */
function needsIdentityResize(pass: readonly Step[]): boolean {
  const [first, ...others] = pass
  const isCutLater = first?.step !== 'extract' && others.some(({ step }) => step === 'extract')
  return isCutLater && !pass.some(({ step }) => step === 'resize')
}

function applyStep(pipeline: Sharp, step: Step): Sharp {
  switch (step.step) {
    case 'extract':
      return pipeline.extract({ left: step.left, top: step.top, width: step.width, height: step.height })
    case 'resize':
      return pipeline.resize({ ...sizeOf(step), fit: 'fill', kernel: step.kernel })
    case 'interest':
      return pipeline.resize({
        ...sizeOf(step),
        fit: 'cover',
        position: step.strategy,
        withoutReduction: true,
      })
    case 'flip':
      return pipeline.flip()
    case 'flop':
      return pipeline.flop()
    case 'turn':
      return pipeline.rotate(step.quarters * 90)
    case 'rotate':
      return pipeline.rotate(step.angle, { background: step.background })
    case 'extend': {
      const { top, right, bottom, left, background, edges = 'background' } = step
      return pipeline.extend({ top, right, bottom, left, background, extendWith: edges })
    }
    case 'blur':
      return pipeline.blur(step.sigma)
    case 'sharpen':
      return pipeline.sharpen({ sigma: step.sigma, m1: step.flat, m2: step.jagged })
    case 'greyscale':
      return pipeline.greyscale()
    case 'modulate': {
      const { brightness, saturation, hue, lightness } = step
      return pipeline.modulate({ brightness, saturation, hue, lightness })
    }
    case 'flatten':
      return pipeline.flatten({ background: step.background })
    case 'median':
      return pipeline.median(step.size)
    case 'normalise':
      return pipeline.normalise({ lower: step.lower, upper: step.upper })
    default: {
      // Every other step must be one of these, says the compiler.
      const kind: PixelStepKind = step.step
      throw new TypeError(`${kind} is done on raw pixels, not by sharp`)
    }
  }
}

function sizeOf({ width, height }: Size): { width: number; height: number } {
  return { width, height }
}
