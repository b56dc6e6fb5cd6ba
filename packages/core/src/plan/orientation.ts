/**
 * The eight ways a picture can lie: turns and mirrors as a group.
 *
 * Every run of them equals "flop or not, then 0–3 clockwise quarter turns", so runs can be merged and steps can
 * change places with cuts and resizes by exact integer maths.
 */
import { type Box, orientationOf, type Size, turnedSize } from '../geometry/index.ts'
import type { Step } from '../steps/index.ts'

export type OrientationStep = Extract<Step, { step: 'flip' | 'flop' | 'turn' }>

/** First a flop when `isFlopped`, then clockwise quarter turns. */
interface Lie {
  readonly isFlopped: boolean
  readonly quarters: 0 | 1 | 2 | 3
}

export function isOrientation(step: Step): step is OrientationStep {
  return step.step === 'flip' || step.step === 'flop' || step.step === 'turn'
}

/** The shortest run (at most a mirror and a turn) with the same effect. */
export function mergeOrientations(run: readonly OrientationStep[]): readonly OrientationStep[] {
  return stepsOf(run.reduce(behind, { isFlopped: false, quarters: 0 }))
}

/** Steps that bring an image with this EXIF orientation upright; none for a value that is no orientation. */
export function exifOrientationSteps(tag: number): readonly OrientationStep[] {
  const { quarters, flop } = orientationOf(tag)
  const turn: readonly OrientationStep[] = quarters === 0 ? [] : [{ step: 'turn', quarters }]
  return mergeOrientations(flop ? [...turn, { step: 'flop' }] : turn)
}

/** Size of an image of `size` behind the step; its own inverse for every step but a quarter turn back. */
export function orientSize(step: OrientationStep, size: Size): Size {
  return turnedSize(size, step.step === 'turn' ? step.quarters : 0)
}

/** The box of an image of size `before` that becomes `box` through `step`. */
export function orientBox(step: OrientationStep, before: Size, box: Box): Box {
  const { left, top, width, height } = box
  if (step.step === 'flip') return { left, top: before.height - top - height, width, height }
  if (step.step === 'flop') return { left: before.width - left - width, top, width, height }
  switch (step.quarters) {
    case 1:
      return { left: top, top: before.height - left - width, width: height, height: width }
    case 2:
      return { left: before.width - left - width, top: before.height - top - height, width, height }
    case 3:
      return { left: before.width - top - height, top: left, width: height, height: width }
  }
}

/** The orientation that `first` and then `step` give together. */
function behind(first: Lie, step: OrientationStep): Lie {
  if (step.step === 'turn') return { ...first, quarters: modulo4(first.quarters + step.quarters) }
  // A flop behind q quarter turns equals a flop before 4 − q of them; a flip is a flop and half a turn.
  const flopped = { isFlopped: !first.isFlopped, quarters: modulo4(4 - first.quarters) }
  return step.step === 'flop' ? flopped : { ...flopped, quarters: modulo4(flopped.quarters + 2) }
}

function stepsOf({ isFlopped, quarters }: Lie): readonly OrientationStep[] {
  if (isFlopped && quarters === 2) return [{ step: 'flip' }]
  const turn: readonly OrientationStep[] = quarters === 0 ? [] : [{ step: 'turn', quarters }]
  return isFlopped ? [{ step: 'flop' }, ...turn] : turn
}

function modulo4(quarters: number): 0 | 1 | 2 | 3 {
  return (quarters % 4) as 0 | 1 | 2 | 3
}
