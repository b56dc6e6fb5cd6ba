/** Black and white, nothing between. */
import * as z from 'zod'
import type { Step } from '../steps/step.ts'
import { defineOperation } from './define.ts'
import { real } from './parameters.ts'

export const threshold = defineOperation({
  op: 'threshold',
  category: 'adjust',
  revision: 1,
  summary: 'Turn bright pixels white and dark ones black.',
  params: z.strictObject({
    value: real({ min: 0, max: 255 }).default(128).describe('What is at least this bright becomes white'),
    dither: z
      .boolean()
      .default(false)
      .describe('Whether a fine pattern stands for the greys; `value` 128 keeps their brightness'),
    grayscale: z
      .boolean()
      .default(true)
      .describe('Whether colours go first; else each channel decides for itself'),
  }),
  examples: [{}, { value: 100, grayscale: false }, { dither: true }],
  lower: ({ value, grayscale, dither }) => {
    const cut: Step = dither
      ? { step: 'dither', value }
      : { step: 'curve', shape: 'threshold', amount: value }
    return grayscale ? [{ step: 'greyscale' }, cut] : [cut]
  },
})
