/** A picture small enough to move by hand: rows of labels, and the steps that only move pixels. For tests. */
import fc from 'fast-check'
import type { Step } from '../../steps/index.ts'
import type { OrientationStep } from '../orientation.ts'

export type Cells<T> = readonly (readonly T[])[]

export const orientation: fc.Arbitrary<OrientationStep> = fc.constantFrom<OrientationStep>(
  { step: 'flip' },
  { step: 'flop' },
  { step: 'turn', quarters: 1 },
  { step: 'turn', quarters: 2 },
  { step: 'turn', quarters: 3 },
)

/** Every cell with a label of its own. */
export function cells(width: number, height: number): Cells<number> {
  return Array.from({ length: height }, (_, y) => Array.from({ length: width }, (_, x) => y * width + x))
}

/** Executes cuts, mirrors and turns; throws for anything else. */
export function walk<T>(start: Cells<T>, steps: readonly Step[]): Cells<T> {
  return steps.reduce<Cells<T>>((current, step) => {
    switch (step.step) {
      case 'extract':
        return current
          .slice(step.top, step.top + step.height)
          .map((row) => row.slice(step.left, step.left + step.width))
      case 'flip':
        return current.toReversed()
      case 'flop':
        return current.map((row) => row.toReversed())
      case 'turn':
        return Array.from({ length: step.quarters }).reduce<Cells<T>>(clockwise, current)
      default:
        throw new TypeError(`cannot walk ${step.step}`)
    }
  }, start)
}

function clockwise<T>(current: Cells<T>): Cells<T> {
  const [first = []] = current
  return first.map((_, column) => current.map((row) => row[column] as T).toReversed())
}
