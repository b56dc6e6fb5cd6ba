/** The brown of old prints. */
import * as z from 'zod'
import { defineOperation } from './define.ts'
import { real } from './parameters.ts'

/** Source: Filter Effects Module Level 1, `sepia()` */
const brown = [
  [0.393, 0.769, 0.189],
  [0.349, 0.686, 0.168],
  [0.272, 0.534, 0.131],
] as const

export const sepia = defineOperation({
  op: 'sepia',
  category: 'adjust',
  revision: 1,
  summary: 'Give the image the brown of an old print.',
  params: z.strictObject({
    amount: real({ min: 0, max: 100, unit: '%' }).default(100).describe('How much of the colours goes'),
  }),
  examples: [{}, { amount: 50 }],
  normalise: (params) => (params.amount === 0 ? undefined : params),
  lower: ({ amount }) => {
    if (amount === 0) return []
    const share = amount / 100
    const mixed = (row: 0 | 1 | 2, column: 0 | 1 | 2) =>
      share * brown[row][column] + (row === column ? 1 - share : 0)
    const rowOf = (row: 0 | 1 | 2) => [mixed(row, 0), mixed(row, 1), mixed(row, 2)] as const
    return [{ step: 'recomb', matrix: [rowOf(0), rowOf(1), rowOf(2)] }]
  },
})
