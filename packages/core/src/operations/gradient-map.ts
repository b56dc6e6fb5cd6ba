/** Grey laid out along a row of colours. */
import * as z from 'zod'
import { toRgba } from '../geometry/color.ts'
import { defineOperation } from './define.ts'
import { color, real } from './parameters.ts'

const maxColors = 16

export const gradientMap = defineOperation({
  op: 'gradientMap',
  category: 'adjust',
  revision: 1,
  summary: 'Paint the image in the shades along a row of colours, from dark to bright.',
  params: z.strictObject({
    colors: z
      .array(color())
      .min(2)
      .max(maxColors)
      .describe('What black becomes, colours between, what white becomes; their alpha does not matter'),
    amount: real({ min: 0, max: 100, unit: '%' })
      .default(100)
      .describe('Share of the new colours over the old ones'),
  }),
  examples: [
    { colors: ['#08306b', '#d9483b', '#ffe9a8'] },
    { colors: ['black', 'purple', 'orange', 'white'], amount: 60 },
  ],
  normalise: ({ colors, amount }) =>
    amount === 0 ? undefined : { colors: colors.map((color) => `${color.slice(0, 7)}ff`), amount },
  lower: ({ colors, amount }) =>
    amount === 0 ? [] : [{ step: 'shades', colors: colors.map(toRgba), amount: amount / 100 }],
})
