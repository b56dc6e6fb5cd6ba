/** Lays the image on a colour and drops its alpha. */
import * as z from 'zod'
import { backgroundNeeds, colorOf } from './background.ts'
import { defineOperation } from './define.ts'
import { backgroundColor } from './parameters.ts'

export const flatten = defineOperation({
  op: 'flatten',
  category: 'adjust',
  revision: 1,
  summary: 'Replace transparency by a colour.',
  params: z.strictObject({
    background: backgroundColor().default('#ffffffff').describe('Colour under the image'),
  }),
  examples: [{}, { background: '#204060' }, { background: 'dominant' }],
  needs: backgroundNeeds,
  lower: ({ background }, frame) =>
    frame.hasAlpha ? [{ step: 'flatten', background: colorOf(background, frame) }] : [],
})
