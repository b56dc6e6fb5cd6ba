/** Mirrors top ↔ bottom. */
import * as z from 'zod'
import { defineOperation } from './define.ts'

export const flip = defineOperation({
  op: 'flip',
  category: 'geometry',
  revision: 1,
  summary: 'Mirror the image top to bottom.',
  params: z.strictObject({}),
  examples: [{}],
  lower: () => [{ step: 'flip' }],
})
