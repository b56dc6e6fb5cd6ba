/** Saturation that spares what is saturated already. */
import * as z from 'zod'
import { defineOperation } from './define.ts'
import { real } from './parameters.ts'

export const vibrance = defineOperation({
  op: 'vibrance',
  category: 'adjust',
  revision: 1,
  summary: 'Strengthen pale colours more than strong ones.',
  params: z.strictObject({
    amount: real({ min: -100, max: 100, unit: '%' }).describe('Above 0 strengthens, below 0 weakens'),
  }),
  examples: [{ amount: 60 }, { amount: -60 }],
  normalise: (params) => (params.amount === 0 ? undefined : params),
  lower: ({ amount }) => (amount === 0 ? [] : [{ step: 'vibrance', amount: amount / 100 }]),
})
