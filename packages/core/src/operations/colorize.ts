/** A veil of one colour over the image. */
import * as z from 'zod'
import { toRgba } from '../geometry/color.ts'
import { defineOperation } from './define.ts'
import { color, real } from './parameters.ts'

export const colorize = defineOperation({
  op: 'colorize',
  category: 'adjust',
  revision: 1,
  summary: 'Mix one colour into every pixel.',
  params: z.strictObject({
    color: color().describe('What is mixed in; its alpha does not matter'),
    amount: real({ min: 0, max: 100, unit: '%' })
      .default(50)
      .describe('Share of the colour: nothing changes at 0, only the colour is left at 100'),
  }),
  examples: [{ color: '#0a7d5a' }, { color: 'orange', amount: 25 }],
  normalise: ({ color, amount }) => (amount === 0 ? undefined : { color: `${color.slice(0, 7)}ff`, amount }),
  lower: ({ color, amount }) => {
    if (amount === 0) return []
    const share = amount / 100
    const { r, g, b } = toRgba(color)
    const kept = 1 - share
    return [{ step: 'linear', gain: [kept, kept, kept, 1], offset: [r * share, g * share, b * share, 0] }]
  },
})
