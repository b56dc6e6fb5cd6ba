/** The frame after one step: how sizes, alpha and facts move through a pipeline without any pixel. */
import { turnedSize } from '../geometry/orientation.ts'
import type { Size } from '../geometry/size.ts'
import { rotatedSize } from '../geometry/turn.ts'
import type { Step } from '../steps/step.ts'
import { focalPointAfter } from './focal-point.ts'
import type { Frame } from './frame.ts'
import { placementAfter } from './placement.ts'
import { sightingsAfter } from './sightings.ts'

export function frameAfter(frame: Frame, step: Step): Frame {
  const { focalPoint, placement } = frame
  const moved = {
    ...(focalPoint && { focalPoint: focalPointAfter(focalPoint, frame, step) }),
    ...(placement && { placement: placementAfter(placement, frame, step) }),
  }
  const facts = sightingsAfter(frame.facts, frame, step)
  return Object.freeze({ ...frame, facts, ...moved, ...changedBy(frame, step) })
}

export function frameAfterAll(frame: Frame, steps: readonly Step[]): Frame {
  return steps.reduce(frameAfter, frame)
}

function changedBy(frame: Frame, step: Step): Partial<Frame> {
  switch (step.step) {
    case 'extract':
    case 'resize':
    case 'interest':
      return { width: step.width, height: step.height }
    case 'upscale':
      return { width: frame.width * step.factor, height: frame.height * step.factor }
    case 'turn':
      return turnedSize(frame, step.quarters)
    case 'rotate':
      return { ...rotatedSize(frame, step.angle), hasAlpha: frame.hasAlpha || step.background.alpha < 1 }
    case 'extend':
      return {
        ...extendedSize(frame, step),
        hasAlpha: frame.hasAlpha || (step.edges === undefined && step.background.alpha < 1),
      }
    case 'backdrop':
      return {
        ...extendedSize(frame, step),
        hasAlpha: frame.hasAlpha || (step.opacity < 1 && step.background.alpha < 1),
      }
    case 'flatten':
      return { hasAlpha: false }
    case 'linear':
      return { hasAlpha: frame.hasAlpha || step.gain[3] !== 1 || step.offset[3] !== 0 }
    case 'cutOut':
    case 'mask':
    case 'stencil':
      return { hasAlpha: true }
    case 'encircle':
    case 'flip':
    case 'flop':
    case 'blur':
    case 'sharpen':
    case 'greyscale':
    case 'modulate':
    case 'median':
    case 'unsharp':
    case 'normalise':
    case 'curve':
    case 'recomb':
    case 'vibrance':
    case 'tint':
    case 'shades':
    case 'halftone':
    case 'dither':
    case 'denoise':
    case 'levels':
    case 'within':
    case 'composite':
    case 'wash':
    case 'text':
      return {}
  }
}

function extendedSize(
  { width, height }: Size,
  step: { [K in 'top' | 'right' | 'bottom' | 'left']: number },
): Size {
  return { width: width + step.left + step.right, height: height + step.top + step.bottom }
}
