/** Corners and frame of one step: the frame is laid around the image and follows its corners. */
import type { OperationInput } from '../operations/index.ts'

/** Pixels, or percent of the sides. */
export type Radius = number | string

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
