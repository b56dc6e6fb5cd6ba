/** A tone curve that moves bright tones and leaves black and white where they are. */
import * as z from 'zod'
import { defineOperation } from './define.ts'
import { real } from './parameters.ts'

export const highlights = defineOperation({
  op: 'highlights',
  category: 'adjust',
  revision: 1,
  summary: 'Lift or recover the bright tones.',
  params: z.strictObject({
    amount: real({ min: -100, max: 100, unit: '%' }).describe(
      'Below 0 darkens bright tones, above brightens them',
    ),
  }),
  examples: [{ amount: -60 }, { amount: 60 }],
  normalise: (params) => (params.amount === 0 ? undefined : params),
  lower: ({ amount }) => (amount === 0 ? [] : [{ step: 'curve', shape: 'highlights', amount: amount / 100 }]),
})
