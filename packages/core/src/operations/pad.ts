/** Adds a border until the image has an aspect. */
import * as z from 'zod'
import { toRgba } from '../geometry/color.ts'
import { scaleSide } from '../geometry/fit.ts'
import { gravities, placeOffset } from '../geometry/gravity.ts'
import { type Size, sameSize } from '../geometry/size.ts'
import { aspect, aspectSize } from './aspect.ts'
import { defineOperation } from './define.ts'
import { color, transparent } from './parameters.ts'
import { withinLimits } from './size-limit.ts'

export const pad = defineOperation({
  op: 'pad',
  category: 'geometry',
  revision: 1,
  summary: 'Add a border on two sides until the image has an aspect.',
  params: z.strictObject({
    aspect: aspect().describe('Aspect of the result, width:height'),
    position: z.enum(gravities).default('center').describe('Where the image lies on the result'),
    background: color().default(transparent).describe('Colour of the border'),
  }),
  examples: [
    { aspect: '1:1', background: 'white' },
    { aspect: '16:9', position: 'left', background: '#204060' },
  ],
  lower: (params, frame) => {
    const size = withinLimits(smallestOfAspect(frame, aspectSize(params.aspect)), frame, 'pad')
    if (sameSize(size, frame)) return []
    const { left, top } = placeOffset(size, frame, params.position)
    return [
      {
        step: 'extend',
        top,
        right: size.width - frame.width - left,
        bottom: size.height - frame.height - top,
        left,
        background: toRgba(params.background),
      },
    ]
  },
})

/** The smallest box of `aspect` around `inner`; the side that grows is rounded half up. */
function smallestOfAspect(inner: Size, aspect: Size): Size {
  const isWider = aspect.width * inner.height > aspect.height * inner.width
  const width = isWider ? scaleSide(inner.height, aspect.width, aspect.height) : inner.width
  const height = isWider ? inner.height : scaleSide(inner.width, aspect.height, aspect.width)
  return { width: Math.max(width, inner.width), height: Math.max(height, inner.height) }
}
