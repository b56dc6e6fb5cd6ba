/** Recolours the image, keeping its lightness. */
import * as z from 'zod'
import { toRgba } from '../geometry/color.ts'
import { defineOperation } from './define.ts'
import { color } from './parameters.ts'

export const tint = defineOperation({
  op: 'tint',
  category: 'adjust',
  revision: 1,
  summary: 'Paint the image in one hue, keeping its lightness.',
  params: z.strictObject({
    color: color().describe('Hue and strength; its lightness and alpha do not matter'),
  }),
  examples: [{ color: '#ff7f00' }, { color: 'teal' }],
  normalise: ({ color }) => ({ color: `${color.slice(0, 7)}ff` }),
  lower: ({ color }) => [{ step: 'greyscale' }, { step: 'tint', color: toRgba(color) }],
})
