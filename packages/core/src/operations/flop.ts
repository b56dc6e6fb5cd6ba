/** Mirrors left ↔ right. */
import * as z from 'zod'
import { defineOperation } from './define.ts'

export const flop = defineOperation({
  op: 'flop',
  category: 'geometry',
  revision: 1,
  summary: 'Mirror the image left to right.',
  params: z.strictObject({}),
  examples: [{}],
  lower: () => [{ step: 'flop' }],
})
