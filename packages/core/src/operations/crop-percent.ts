/** Cuts a box given in percent of the image. */
import * as z from 'zod'
import { sameSize } from '../geometry/size.ts'
import { defineOperation } from './define.ts'
import { real } from './parameters.ts'

const percent = (min: number) => real({ min, max: 100, unit: '%' })

export const cropPercent = defineOperation({
  op: 'cropPercent',
  category: 'geometry',
  revision: 1,
  summary: 'Cut a box out of the image, given in percent of its sides.',
  params: z
    .strictObject({
      left: percent(0).default(0).describe('Left edge of the box'),
      top: percent(0).default(0).describe('Top edge of the box'),
      width: percent(0.0001).describe('Width of the box'),
      height: percent(0.0001).describe('Height of the box'),
    })
    .refine(({ left, width }) => left + width <= 100 + tolerance, {
      path: ['width'],
      error: 'must end inside the image: left and width together are at most 100',
    })
    .refine(({ top, height }) => top + height <= 100 + tolerance, {
      path: ['height'],
      error: 'must end inside the image: top and height together are at most 100',
    }),
  examples: [
    { left: 25, top: 25, width: 50, height: 50 },
    { width: 100, height: 33.3 },
  ],
  normalise: (params) => (params.width === 100 && params.height === 100 ? undefined : params),
  lower: ({ left, top, width, height }, frame) => {
    const [x, right] = edges(left, width, frame.width)
    const [y, bottom] = edges(top, height, frame.height)
    const box = { left: x, top: y, width: right - x, height: bottom - y }
    return sameSize(box, frame) ? [] : [{ step: 'extract', ...box }]
  },
})

/** Sums of decimals miss 100 by a hair. */
const tolerance = 1e-9

/** Both edges in whole pixels, each rounded half up, at least one pixel apart and inside. */
function edges(start: number, length: number, side: number): readonly [number, number] {
  const near = Math.min(side - 1, Math.round((start / 100) * side))
  const far = Math.min(side, Math.round(((start + length) / 100) * side))
  return [near, Math.max(near + 1, far)]
}
