/** Steps that change nothing on the frame at hand. */
import { sameSize } from '../geometry/index.ts'
import type { Frame } from '../operations/index.ts'
import type { Step } from '../steps/index.ts'

/** Whether the step leaves every pixel of an image with this frame as it is. */
export function isNoOp(step: Step, frame: Frame): boolean {
  switch (step.step) {
    case 'extract':
    case 'resize':
    case 'interest':
      return sameSize(step, frame)
    case 'extend':
    case 'backdrop':
      return step.top === 0 && step.right === 0 && step.bottom === 0 && step.left === 0
    case 'flatten':
      return !frame.hasAlpha
    case 'modulate':
      return step.brightness === 1 && step.saturation === 1 && step.hue % 360 === 0 && step.lightness === 0
    case 'rotate':
      return step.angle % 360 === 0
    case 'median':
      return step.size === 1
    case 'linear':
      return step.gain.every((gain) => gain === 1) && step.offset.every((offset) => offset === 0)
    case 'flip':
    case 'flop':
    case 'turn':
    case 'blur':
    case 'sharpen':
    case 'greyscale':
    case 'unsharp':
    case 'normalise':
    case 'curve':
    case 'recomb':
    case 'vibrance':
    case 'tint':
    case 'mask':
    case 'encircle':
    case 'shades':
    case 'halftone':
    case 'dither':
    case 'denoise':
    case 'levels':
    case 'upscale':
    case 'cutOut':
    case 'composite':
    case 'stencil':
    case 'wash':
    case 'text':
      return false
    case 'within':
      return step.steps.length === 0
  }
}
