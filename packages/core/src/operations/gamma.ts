/** Gamma correction of red, green and blue. */
import * as z from 'zod'
import { defineOperation } from './define.ts'
import { real } from './parameters.ts'

export const gamma = defineOperation({
  op: 'gamma',
  category: 'adjust',
  revision: 1,
  summary: 'Brighten or darken the mid-tones, keeping black and white.',
  params: z.strictObject({
    gamma: real({ min: 0.1, max: 10 }).describe('Above 1 brightens, below 1 darkens'),
  }),
  examples: [{ gamma: 2.2 }, { gamma: 0.6 }],
  normalise: (params) => (params.gamma === 1 ? undefined : params),
  lower: ({ gamma }) => (gamma === 1 ? [] : [{ step: 'curve', shape: 'gamma', amount: gamma }]),
})
