/** Pulls every channel away from middle grey or towards it. */
import * as z from 'zod'
import { defineOperation } from './define.ts'
import { real } from './parameters.ts'

export const contrast = defineOperation({
  op: 'contrast',
  category: 'adjust',
  revision: 1,
  summary: 'Raise or lower the contrast.',
  params: z.strictObject({
    amount: real({ min: -100, max: 400, unit: '%' }).describe(
      'At -100 all is middle grey, at 100 the contrast is four times as strong, at 400 twenty-five times',
    ),
  }),
  examples: [{ amount: 30 }, { amount: -40 }],
  normalise: (params) => (params.amount === 0 ? undefined : params),
  lower: ({ amount }) => {
    if (amount === 0) return []
    const gain = ((100 + amount) / 100) ** 2
    const offset = 127.5 * (1 - gain)
    return [{ step: 'linear', gain: [gain, gain, gain, 1], offset: [offset, offset, offset, 0] }]
  },
})
