/** Unsharp mask as in photo editors: adds what a blur took away, in each colour alike. */
import * as z from 'zod'
import { defineOperation } from './define.ts'
import { real } from './parameters.ts'

export const unsharp = defineOperation({
  op: 'unsharp',
  category: 'adjust',
  revision: 1,
  summary: 'Sharpen with an unsharp mask.',
  params: z.strictObject({
    sigma: real({ min: 0.3, max: 100, unit: 'px' })
      .default(1)
      .describe('Standard deviation of the blur that is compared with'),
    amount: real({ min: -100, max: 1000, unit: '%' })
      .default(100)
      .describe('Share of the difference that is added; below 0 it is taken away, which softens'),
    threshold: real({ min: 0, max: 255 })
      .default(0)
      .describe('Smallest difference that counts; spares noise'),
  }),
  examples: [{}, { sigma: 3, amount: 150, threshold: 4 }, { sigma: 2, amount: -70 }],
  normalise: (params) => (params.amount === 0 ? undefined : params),
  lower: ({ sigma, amount, threshold }) =>
    amount === 0 ? [] : [{ step: 'unsharp', sigma, amount: amount / 100, threshold }],
})
