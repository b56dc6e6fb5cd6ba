/** Removes colour. */
import * as z from 'zod'
import { defineOperation } from './define.ts'

export const grayscale = defineOperation({
  op: 'grayscale',
  category: 'adjust',
  revision: 1,
  summary: 'Remove the colours.',
  params: z.strictObject({}),
  examples: [{}],
  lower: () => [{ step: 'greyscale' }],
})
