/** Median filter: takes away noise and keeps edges. */
import * as z from 'zod'
import { defineOperation } from './define.ts'

export const median = defineOperation({
  op: 'median',
  category: 'adjust',
  revision: 1,
  summary: 'Take away noise, keeping edges.',
  params: z.strictObject({
    size: z
      .int()
      .min(1)
      .max(25)
      .default(3)
      .describe('Side of the window whose middle value is taken')
      .meta({ unit: 'px' }),
  }),
  examples: [{}, { size: 7 }],
  normalise: (params) => (params.size === 1 ? undefined : params),
  lower: ({ size }) => (size === 1 ? [] : [{ step: 'median', size }]),
})
