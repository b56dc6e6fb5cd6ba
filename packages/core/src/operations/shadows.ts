/** A tone curve that moves dark tones and leaves black and white where they are. */
import * as z from 'zod'
import { defineOperation } from './define.ts'
import { real } from './parameters.ts'

export const shadows = defineOperation({
  op: 'shadows',
  category: 'adjust',
  revision: 1,
  summary: 'Lift or deepen the dark tones.',
  params: z.strictObject({
    amount: real({ min: -100, max: 100, unit: '%' }).describe(
      'Above 0 brightens dark tones, below darkens them',
    ),
  }),
  examples: [{ amount: 60 }, { amount: -60 }],
  normalise: (params) => (params.amount === 0 ? undefined : params),
  lower: ({ amount }) => (amount === 0 ? [] : [{ step: 'curve', shape: 'shadows', amount: amount / 100 }]),
})
