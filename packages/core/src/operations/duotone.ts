/** Two colours: one for the shadows, one for the highlights. */
import * as z from 'zod'
import { toRgba } from '../geometry/color.ts'
import { defineOperation } from './define.ts'
import { color } from './parameters.ts'
import { shadeAmount, shadesBetween } from './shades.ts'

export const duotone = defineOperation({
  op: 'duotone',
  category: 'adjust',
  revision: 1,
  summary: 'Paint the image in the shades between two colours.',
  params: z.strictObject({
    shadow: color().default('#000000ff').describe('What black becomes; its alpha does not matter'),
    highlight: color().default('#ffffffff').describe('What white becomes; its alpha does not matter'),
    amount: shadeAmount(),
  }),
  examples: [
    { shadow: '#1b2a6b', highlight: '#ffd76e' },
    { shadow: '#2d0a31', highlight: '#f7c1bb', amount: 70 },
  ],
  normalise: ({ shadow, highlight, amount }) =>
    amount === 0
      ? undefined
      : { shadow: `${shadow.slice(0, 7)}ff`, highlight: `${highlight.slice(0, 7)}ff`, amount },
  lower: ({ shadow, highlight, amount }) => shadesBetween(toRgba(shadow), toRgba(highlight), amount),
})
