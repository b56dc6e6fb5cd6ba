/** Adds light to every channel alike. */
import * as z from 'zod'
import { defineOperation } from './define.ts'
import { real } from './parameters.ts'

export const brightness = defineOperation({
  op: 'brightness',
  category: 'adjust',
  revision: 1,
  summary: 'Make the image brighter or darker.',
  params: z.strictObject({
    amount: real({ min: -100, max: 100, unit: '%' }).describe('Share of the full range that is added'),
  }),
  examples: [{ amount: 20 }, { amount: -30 }],
  normalise: (params) => (params.amount === 0 ? undefined : params),
  lower: ({ amount }) => {
    if (amount === 0) return []
    const offset = (amount * 255) / 100
    return [{ step: 'linear', gain: [1, 1, 1, 1], offset: [offset, offset, offset, 0] }]
  },
})
