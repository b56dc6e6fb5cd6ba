/** Cuts away a border of one colour. The engine measures the border; this file only uses what it found. */
import * as z from 'zod'
import { sameSize } from '../geometry/size.ts'
import { defineOperation } from './define.ts'
import { color, real } from './parameters.ts'

export const trim = defineOperation({
  op: 'trim',
  category: 'geometry',
  revision: 1,
  summary: 'Cut away a border of one colour.',
  params: z.strictObject({
    threshold: real({ min: 0, max: 255 })
      .default(10)
      .describe('Largest difference that still counts as border'),
    background: color().optional().describe('Colour of the border; the top left pixel when absent'),
  }),
  examples: [{}, { threshold: 40, background: 'white' }],
  needs: ['trimBox'],
  lower: (_, frame) => {
    const box = frame.facts.trimBox
    if (box === undefined) throw new TypeError('trim lowered without the fact trimBox')
    const { left, top, width, height } = box
    return sameSize(box, frame) ? [] : [{ step: 'extract', left, top, width, height }]
  },
})
