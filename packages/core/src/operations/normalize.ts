/** Automatic contrast. */
import * as z from 'zod'
import { defineOperation } from './define.ts'

export const normalize = defineOperation({
  op: 'normalize',
  category: 'adjust',
  revision: 1,
  summary: 'Stretch the contrast over the whole range of lightness.',
  params: z
    .strictObject({
      lower: z
        .int()
        .min(0)
        .max(99)
        .default(1)
        .describe('Share of pixels that becomes black')
        .meta({ unit: '%' }),
      upper: z
        .int()
        .min(1)
        .max(100)
        .default(99)
        .describe('Share of pixels that stays below white')
        .meta({ unit: '%' }),
    })
    .refine(({ lower, upper }) => lower < upper, {
      path: ['lower'],
      error: 'must be less than upper',
    }),
  examples: [{}, { lower: 5, upper: 95 }],
  lower: ({ lower, upper }) => [{ step: 'normalise', lower, upper }],
})
