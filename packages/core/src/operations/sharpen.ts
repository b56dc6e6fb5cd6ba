/** Unsharp mask on lightness, so colours do not shift. */
import * as z from 'zod'
import { defineOperation } from './define.ts'
import { real } from './parameters.ts'

export const sharpen = defineOperation({
  op: 'sharpen',
  category: 'adjust',
  revision: 1,
  summary: 'Sharpen edges.',
  params: z.strictObject({
    sigma: real({ min: 0.01, max: 10, unit: 'px' }).default(1).describe('Standard deviation of the mask'),
    flat: real({ min: 0, max: 1_000_000 }).default(1).describe('Strength in flat areas'),
    jagged: real({ min: 0, max: 1_000_000 }).default(2).describe('Strength at edges'),
  }),
  examples: [{}, { sigma: 2, jagged: 3 }],
  lower: ({ sigma, flat, jagged }) => [{ step: 'sharpen', sigma, flat, jagged }],
})
