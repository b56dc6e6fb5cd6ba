/** Adds room around the image until it has an aspect or a size. */
import * as z from 'zod'
import { isWider, scaleSide } from '../geometry/fit.ts'
import { gravities, placeOffset } from '../geometry/gravity.ts'
import { roundSide, type Size, sameSize } from '../geometry/size.ts'
import { aspect, aspectSize, reduceAspect } from './aspect.ts'
import { backgroundNeeds } from './background.ts'
import { defineOperation } from './define.ts'
import { fillParams, normalFill, surround } from './fill.ts'
import { length, pixelsOf } from './length.ts'
import { withinLimits } from './size-limit.ts'

export const pad = defineOperation({
  op: 'pad',
  category: 'geometry',
  revision: 1,
  summary: 'Add room around the image until it has an aspect or a size; it is never cut.',
  params: z
    .strictObject({
      aspect: aspect().optional().describe('Aspect of the result, width:height'),
      width: length({ maxPercent: 1000 }).optional().describe('Least width of the result'),
      height: length({ maxPercent: 1000 }).optional().describe('Least height of the result'),
      position: z.enum(gravities).default('center').describe('Where the image lies on the result'),
      ...fillParams(),
    })
    .refine(
      (params) =>
        (params.aspect === undefined) !== (params.width === undefined && params.height === undefined),
      {
        error: 'needs an aspect, or a width, a height or both',
      },
    ),
  examples: [
    { aspect: '1:1', background: 'white' },
    { aspect: '16:9', position: 'left', background: '#204060' },
    { width: 400, height: 400, fill: 'blur' },
  ],
  needs: backgroundNeeds,
  normalise: (params) => ({
    ...params,
    ...normalFill(params),
    aspect: params.aspect && reduceAspect(params.aspect),
  }),
  lower: (params, frame) => {
    const { aspect, width = 1, height = 1 } = params
    const least = {
      width: Math.max(frame.width, roundSide(pixelsOf(width, frame.width))),
      height: Math.max(frame.height, roundSide(pixelsOf(height, frame.height))),
    }
    const size = aspect === undefined ? least : smallestOfAspect(frame, aspectSize(aspect))
    withinLimits(size, frame, 'pad')
    if (sameSize(size, frame)) return []
    const { left, top } = placeOffset(size, frame, params.position)
    const right = size.width - frame.width - left
    const bottom = size.height - frame.height - top
    return [surround({ top, right, bottom, left }, params, frame)]
  },
})

/** The smallest box of `aspect` around `inner`; the side that grows is rounded half up. */
function smallestOfAspect(inner: Size, aspect: Size): Size {
  const width = isWider(aspect, inner) ? scaleSide(inner.height, aspect.width, aspect.height) : inner.width
  const height = isWider(aspect, inner) ? inner.height : scaleSide(inner.width, aspect.height, aspect.width)
  return { width: Math.max(width, inner.width), height: Math.max(height, inner.height) }
}
