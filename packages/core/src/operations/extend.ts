/** Adds a border. */
import * as z from 'zod'
import { toRgba } from '../geometry/color.ts'
import { defineOperation } from './define.ts'
import { color, pixels, transparent } from './parameters.ts'
import { withinLimits } from './size-limit.ts'

const border = () => pixels({ min: 0 }).default(0)

export const extend = defineOperation({
  op: 'extend',
  category: 'geometry',
  revision: 1,
  summary: 'Add a border of a colour.',
  params: z.strictObject({
    top: border().describe('Rows above'),
    right: border().describe('Columns on the right'),
    bottom: border().describe('Rows below'),
    left: border().describe('Columns on the left'),
    background: color().default(transparent).describe('Colour of the border'),
  }),
  examples: [{ top: 10, right: 10, bottom: 10, left: 10, background: 'white' }, { bottom: 40 }],
  normalise: (params) => (isEmpty(params) ? undefined : params),
  lower: (params, frame) => {
    if (isEmpty(params)) return []
    const { top, right, bottom, left } = params
    withinLimits({ width: frame.width + left + right, height: frame.height + top + bottom }, frame, 'extend')
    return [{ step: 'extend', top, right, bottom, left, background: toRgba(params.background) }]
  },
})

function isEmpty({
  top,
  right,
  bottom,
  left,
}: {
  top: number
  right: number
  bottom: number
  left: number
}): boolean {
  return top + right + bottom + left === 0
}
