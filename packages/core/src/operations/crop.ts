/** Cuts a box given in pixels, or the largest box of an aspect. */
import * as z from 'zod'
import { largestOfAspect } from '../geometry/fit.ts'
import { cutOffset, isStrategy, type Position } from '../geometry/gravity.ts'
import { type Box, contains, type Size, sameSize } from '../geometry/size.ts'
import { problem } from '../problem/index.ts'
import type { Step } from '../steps/step.ts'
import { aspect, aspectSize, reduceAspect } from './aspect.ts'
import { defineOperation } from './define.ts'
import type { Frame } from './frame.ts'
import { pixels, position } from './parameters.ts'

const sides = ['left', 'top', 'width', 'height'] as const

export const crop = defineOperation({
  op: 'crop',
  category: 'geometry',
  revision: 1,
  summary: 'Cut a box out of the image.',
  params: z
    .strictObject({
      left: pixels({ min: 0 }).optional().describe('Left edge of the box'),
      top: pixels({ min: 0 }).optional().describe('Top edge of the box'),
      width: pixels().optional().describe('Width of the box'),
      height: pixels().optional().describe('Height of the box'),
      aspect: aspect().optional().describe('Cut the largest box of this width:height instead'),
      position: position().default('center').describe('Which part an aspect cut keeps'),
    })
    .refine((params) => params.aspect !== undefined || sides.every((side) => params[side] !== undefined), {
      error: 'needs left, top, width and height together, or an aspect',
    })
    .refine((params) => params.aspect === undefined || sides.every((side) => params[side] === undefined), {
      error: 'takes either left, top, width and height, or an aspect, not both',
    })
    .refine((params) => params.aspect !== undefined || params.position === 'center', {
      path: ['position'],
      error: 'must be absent beside a box in pixels, which says itself where it lies',
    }),
  examples: [
    { left: 40, top: 20, width: 200, height: 100 },
    { aspect: '1:1', position: 'top' },
  ],
  normalise: (params) =>
    params.aspect === undefined ? params : { ...params, aspect: reduceAspect(params.aspect) },
  lower(params, frame) {
    return params.aspect === undefined
      ? cutBox(params, frame)
      : cutAspect(aspectSize(params.aspect), params.position, frame)
  },
})

function cutBox(
  { left = 0, top = 0, width = 1, height = 1 }: { [K in keyof Box]?: number | undefined },
  frame: Frame,
) {
  const box = { left, top, width, height }
  if (!contains(frame, box)) {
    throw problem('operation/impossible', {
      detail: `crop: the box ${width}×${height} px at ${left},${top} is not inside the image of ${frame.width}×${frame.height} px`,
      members: { operation: 'crop', width: frame.width, height: frame.height },
    })
  }
  return sameSize(box, frame) ? [] : [{ step: 'extract', ...box } as const]
}

function cutAspect(aspect: Size, position: Position, frame: Frame): readonly Step[] {
  const { width, height } = largestOfAspect(frame, aspect)
  if (sameSize({ width, height }, frame)) return []
  if (isStrategy(position)) return [{ step: 'interest', width, height, strategy: position }]
  return [{ step: 'extract', ...cutOffset(frame, { width, height }, position), width, height }]
}
