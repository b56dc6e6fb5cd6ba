/** Negative. */
import * as z from 'zod'
import { defineOperation } from './define.ts'

export const invert = defineOperation({
  op: 'invert',
  category: 'adjust',
  revision: 1,
  summary: 'Turn every colour into its opposite.',
  params: z.strictObject({
    alpha: z.boolean().default(false).describe('Whether transparency is turned over too'),
  }),
  examples: [{}],
  lower: ({ alpha }, { hasAlpha }) => {
    const turnsAlpha = alpha && hasAlpha
    return [
      {
        step: 'linear',
        gain: [-1, -1, -1, turnsAlpha ? -1 : 1],
        offset: [255, 255, 255, turnsAlpha ? 255 : 0],
      },
    ]
  },
})
