/** Cuts away a border. The engine measures the border; this file only uses what it found. */
import * as z from 'zod'
import { type Box, type Size, sameSize } from '../geometry/size.ts'
import { defineOperation } from './define.ts'
import { color, real } from './parameters.ts'

export const trim = defineOperation({
  op: 'trim',
  category: 'geometry',
  revision: 1,
  summary: 'Cut away a border of one colour, or a transparent one.',
  params: z.strictObject({
    threshold: real({ min: 0, max: 255 })
      .default(10)
      .describe('Largest difference that still counts as border'),
    background: color().optional().describe('Colour of the border; the top left pixel when absent'),
    by: z
      .enum(['color', 'alpha', 'alpha-or-color'])
      .default('color')
      .describe(
        'What makes a border: its colour, its transparency, or its colour where nothing is transparent',
      ),
    margin: z
      .int()
      .min(-200)
      .max(200)
      .default(0)
      .meta({ unit: 'px' })
      .describe('How much of the border stays; below 0, how much of the image goes with it'),
  }),
  examples: [{}, { threshold: 40, background: 'white' }, { by: 'alpha', margin: 10 }],
  needs: () => ['trimBox'],
  isSizeFound: () => true,
  normalise: (params) => (params.by === 'alpha' ? { ...params, background: undefined } : params),
  lower: ({ margin }, frame) => {
    const box = frame.facts.trimBox
    if (box === undefined) throw new TypeError('trim lowered without the fact trimBox')
    const kept = grown(box, margin, frame)
    return sameSize(kept, frame) ? [] : [{ step: 'extract', ...kept }]
  },
})

/** The box with `margin` px more on every side, inside the image and at least a pixel. */
function grown(box: Box, margin: number, frame: Size): Box {
  const [left, width] = grownSpan(box.left, box.width, margin, frame.width)
  const [top, height] = grownSpan(box.top, box.height, margin, frame.height)
  return { left, top, width, height }
}

function grownSpan(from: number, length: number, margin: number, side: number): readonly [number, number] {
  // What is left of a box that shrinks to nothing is its middle.
  const by = Math.max(margin, -Math.floor((length - 1) / 2))
  const start = Math.max(0, from - by)
  return [start, Math.min(side, from + length + by) - start]
}
