/** Adds room on each side, in pixels. */
import * as z from 'zod'
import { backgroundNeeds } from './background.ts'
import { defineOperation } from './define.ts'
import { fillParams, type Margins, normalFill, surround } from './fill.ts'
import { pixels } from './parameters.ts'
import { withinLimits } from './size-limit.ts'

const border = () => pixels({ min: 0 }).default(0)

export const extend = defineOperation({
  op: 'extend',
  category: 'geometry',
  revision: 1,
  summary: 'Add a border: of a colour, or of what lies at the edge.',
  params: z.strictObject({
    top: border().describe('Rows above'),
    right: border().describe('Columns on the right'),
    bottom: border().describe('Rows below'),
    left: border().describe('Columns on the left'),
    ...fillParams(),
  }),
  examples: [
    { top: 10, right: 10, bottom: 10, left: 10, background: 'white' },
    { bottom: 40 },
    { left: 30, right: 30, fill: 'mirror' },
  ],
  needs: backgroundNeeds,
  normalise: (params) => (isEmpty(params) ? undefined : { ...params, ...normalFill(params) }),
  lower: (params, frame) => {
    if (isEmpty(params)) return []
    const { top, right, bottom, left } = params
    withinLimits({ width: frame.width + left + right, height: frame.height + top + bottom }, frame, 'extend')
    return [surround({ top, right, bottom, left }, params, frame)]
  },
})

function isEmpty({ top, right, bottom, left }: Margins): boolean {
  return top + right + bottom + left === 0
}
