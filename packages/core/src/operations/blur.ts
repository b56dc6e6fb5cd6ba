/** Gaussian blur. */
import * as z from 'zod'
import { defineOperation } from './define.ts'
import { real } from './parameters.ts'

export const blur = defineOperation({
  op: 'blur',
  category: 'adjust',
  revision: 1,
  summary: 'Blur the image softly.',
  params: z.strictObject({
    sigma: real({ min: 0.3, max: 1000, unit: 'px' }).describe('Standard deviation of the Gaussian'),
  }),
  examples: [{ sigma: 4 }],
  lower: ({ sigma }) => [{ step: 'blur', sigma }],
})
