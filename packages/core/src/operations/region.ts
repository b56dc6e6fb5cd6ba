/** A part of the image that an operation keeps to: four optional sides, all or none. */
import { type Box, contains, type Size, sameSize } from '../geometry/size.ts'
import { problem } from '../problem/index.ts'
import type { Step } from '../steps/step.ts'
import type { Frame } from './frame.ts'
import { pixels } from './parameters.ts'

export type Region = { readonly [K in keyof Box]?: number | undefined }

const sides = ['left', 'top', 'width', 'height'] as const

/** The four parameters; an operation that spreads them must refine with {@link isWhole}. */
export function regionParameters() {
  return {
    left: pixels({ min: 0 }).optional().describe('Left edge of the only part that changes'),
    top: pixels({ min: 0 }).optional().describe('Top edge of the only part that changes'),
    width: pixels().optional().describe('Width of the only part that changes'),
    height: pixels().optional().describe('Height of the only part that changes'),
  }
}

/** Whether the region has all sides or none. */
export function isWhole(region: Region): boolean {
  return new Set(sides.map((side) => region[side] === undefined)).size === 1
}

export const wholeRule = { error: 'needs left, top, width and height together, or none of them' } as const

/**
 * The steps that `lower` gives for the region, kept inside it; for the whole image when there is no region.
 * @throws Problem `operation/impossible` when the region is not inside the image
 */
export function lowerWithin(
  { left, top, width, height }: Region,
  frame: Frame,
  op: string,
  lower: (size: Size) => readonly Step[],
): readonly Step[] {
  if (left === undefined || top === undefined || width === undefined || height === undefined)
    return lower(frame)
  const box = { left, top, width, height }
  if (!contains(frame, box)) {
    throw problem('operation/impossible', {
      detail: `${op}: the box ${width}×${height} px at ${left},${top} is not inside the image of ${frame.width}×${frame.height} px`,
      members: { operation: op, width: frame.width, height: frame.height },
    })
  }
  const steps = lower(box)
  return steps.length === 0 || sameSize(box, frame) ? steps : [{ step: 'within', ...box, steps }]
}
