/** Lays the image on a colour and drops its alpha. */
import * as z from 'zod'
import { toRgba } from '../geometry/color.ts'
import { defineOperation } from './define.ts'
import { color } from './parameters.ts'

export const flatten = defineOperation({
  op: 'flatten',
  category: 'adjust',
  revision: 1,
  summary: 'Replace transparency by a colour.',
  params: z.strictObject({
    background: color().default('#ffffffff').describe('Colour under the image'),
  }),
  examples: [{}, { background: '#204060' }],
  lower: ({ background }, frame) =>
    frame.hasAlpha ? [{ step: 'flatten', background: toRgba(background) }] : [],
})
