/** A frame of one colour around the image. */
import * as z from 'zod'
import { toRgba } from '../geometry/color.ts'
import { defineOperation } from './define.ts'
import { color, pixels } from './parameters.ts'
import { withinLimits } from './size-limit.ts'

export const border = defineOperation({
  op: 'border',
  category: 'geometry',
  revision: 1,
  summary: 'Add a frame of one width on all sides.',
  params: z.strictObject({
    width: pixels().describe('Width of the frame'),
    color: color().default('#000000ff').describe('Colour of the frame'),
  }),
  examples: [{ width: 12, color: 'white' }, { width: 4 }],
  lower: ({ width, color }, frame) => {
    withinLimits({ width: frame.width + 2 * width, height: frame.height + 2 * width }, frame, 'border')
    return [
      { step: 'extend', top: width, right: width, bottom: width, left: width, background: toRgba(color) },
    ]
  },
})
