/** Corners and frame of one step: the frame is laid around the image and follows its corners. */
import type { OperationInput } from '../operations/index.ts'
import { readNumber, type StepParameters } from './step-parameters.ts'

/** Pixels, or percent of the sides. */
type Radius = number | string

export interface Frame {
  readonly width: number
  readonly color: string
}

/** `radii` as CSS has them: one to four, from the top left corner, clockwise; absent: no corner is rounded. */
export function framed(
  radii: readonly Radius[] | undefined,
  frame: Frame | undefined,
  manyCorners: () => Error,
): readonly OperationInput[] {
  if (radii === undefined) return frame === undefined ? [] : [{ op: 'border', ...frame }]
  const [topLeft = 0, topRight = topLeft, bottomRight = topLeft, bottomLeft = topRight] = radii
  if (frame === undefined) {
    const corners = radii.length === 1 ? { radius: topLeft } : { topLeft, topRight, bottomRight, bottomLeft }
    return [{ op: 'roundCorners', ...corners }]
  }
  if (radii.length > 1) throw manyCorners()
  const outer = typeof topLeft === 'number' ? topLeft + frame.width : topLeft
  return [{ op: 'border', ...frame, radius: outer, innerRadius: topLeft }]
}

/** `20`, `max`, or up to four of them, from the top left corner, clockwise. @throws Problem `request/invalid-parameter` */
export function readRadii<Key extends string>(
  step: StepParameters<Key>,
  key: Key,
  joint: ':' | '_',
): readonly Radius[] | undefined {
  const radii = step
    .text(key)
    ?.split(joint, 5)
    .map((text): Radius => {
      if (text === 'max') return '50%'
      const number = readNumber(text)
      if (number === undefined || number < 0 || number > 1_000_000)
        throw step.invalid(key, `must be pixels, max, or up to four of them joined by "${joint}"`)
      return Math.round(number)
    })
  if (radii !== undefined && radii.length > 4) throw step.invalid(key, 'must have at most four corners')
  return radii
}
