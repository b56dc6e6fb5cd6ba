/** Makes the image more transparent. */
import * as z from 'zod'
import { defineOperation } from './define.ts'
import { real } from './parameters.ts'

export const opacity = defineOperation({
  op: 'opacity',
  category: 'adjust',
  revision: 1,
  summary: 'Let what is behind the image shine through.',
  params: z.strictObject({
    amount: real({ min: 0, max: 100, unit: '%' }).describe('Invisible at 0, unchanged at 100'),
  }),
  examples: [{ amount: 50 }],
  normalise: (params) => (params.amount === 100 ? undefined : params),
  lower: ({ amount }) =>
    amount === 100 ? [] : [{ step: 'linear', gain: [1, 1, 1, amount / 100], offset: [0, 0, 0, 0] }],
})
