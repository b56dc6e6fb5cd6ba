/** Shades of one colour. */
import * as z from 'zod'
import { toRgba } from '../geometry/color.ts'
import { defineOperation } from './define.ts'
import { color } from './parameters.ts'
import { shadeAmount, shadesBetween } from './shades.ts'

export const monochrome = defineOperation({
  op: 'monochrome',
  category: 'adjust',
  revision: 1,
  summary: 'Paint the image in the shades from black to one colour.',
  params: z.strictObject({
    color: color().describe('What white becomes; its alpha does not matter'),
    amount: shadeAmount(),
  }),
  examples: [{ color: '#ffb000' }, { color: 'palegreen', amount: 60 }],
  normalise: ({ color, amount }) => (amount === 0 ? undefined : { color: `${color.slice(0, 7)}ff`, amount }),
  lower: ({ color, amount }) => shadesBetween({ r: 0, g: 0, b: 0, alpha: 1 }, toRgba(color), amount),
})
