/** Where a frame lies in the source, behind each step. Pure. */
import {
  type Placement,
  placeBox,
  placeFlipped,
  placeFlopped,
  placeRotated,
  placeTurned,
} from '../geometry/placement.ts'
import type { Size } from '../geometry/size.ts'
import type { Step } from '../steps/step.ts'

/** `undefined` where only the pixels tell. */
export function placementAfter(placement: Placement, frame: Size, step: Step): Placement | undefined {
  switch (step.step) {
    case 'interest':
      return undefined
    case 'extract':
      return placeBox(placement, frame, step)
    case 'extend':
    case 'backdrop': {
      const width = frame.width + step.left + step.right
      const height = frame.height + step.top + step.bottom
      return placeBox(placement, frame, { left: -step.left, top: -step.top, width, height })
    }
    case 'flip':
      return placeFlipped(placement)
    case 'flop':
      return placeFlopped(placement)
    case 'turn':
      return placeTurned(placement, step.quarters)
    case 'rotate':
      return placeRotated(placement, frame, step.angle)
    default:
      return placement
  }
}
