/** Scales into, over or onto a box, in sharp's words; see geometry/fit.ts for every rounding. */
import * as z from 'zod'
import { toRgba } from '../geometry/color.ts'
import { type FittedSizes, fitSizes, fits, scaleSide } from '../geometry/fit.ts'
import { cutOffset, isStrategy, type Position, placeOffset } from '../geometry/gravity.ts'
import { type Size, sameSize } from '../geometry/size.ts'
import type { Kernel, Step } from '../steps/step.ts'
import { defineOperation } from './define.ts'
import type { Frame } from './frame.ts'
import { color, kernels, pixels, position, transparent } from './parameters.ts'
import { isWithinLimits, withinLimits } from './size-limit.ts'

export const resize = defineOperation({
  op: 'resize',
  category: 'geometry',
  revision: 1,
  summary: 'Scale the image to a width, a height or a box.',
  params: z
    .strictObject({
      width: pixels().optional().describe('Width of the box; alone, the height follows'),
      height: pixels().optional().describe('Height of the box; alone, the width follows'),
      fit: z.enum(fits).default('cover').describe('How the image meets the box when both sides are given'),
      position: position().default('center').describe('What cover keeps and where contain places the image'),
      background: color().default(transparent).describe('Colour beside the image (contain)'),
      upscale: z.boolean().default(true).describe('Whether the image may grow'),
      downscale: z.boolean().default(true).describe('Whether the image may shrink'),
      kernel: z.enum(kernels).default('lanczos3').describe('How pixels are weighed when scaling'),
    })
    .refine(({ width, height }) => width !== undefined || height !== undefined, {
      error: 'needs a width, a height or both',
    })
    .refine(({ fit, position }) => fit !== 'contain' || !isStrategy(position), {
      path: ['position'],
      error:
        'must be a place beside the fit contain: attention and entropy cut the image, contain never does',
    }),
  examples: [
    { width: 320 },
    { width: 300, height: 300, fit: 'cover', position: 'attention' },
    { width: 300, height: 200, fit: 'contain', background: 'white' },
    { width: 2000, height: 2000, fit: 'inside', upscale: false },
  ],
  normalise(params) {
    const { width, height, fit } = params
    const boxed = width !== undefined && height !== undefined
    return {
      ...params,
      fit: boxed ? fit : 'cover',
      position: boxed && (fit === 'cover' || fit === 'contain') ? params.position : 'center',
      background: boxed && fit === 'contain' ? params.background : transparent,
    }
  },
  lower(params, frame) {
    const sizes = fitSizes(frame, params, params)
    withinLimits(sizes.result, frame, 'resize')
    if (sameSize(sizes.whole, sizes.result)) return scale(frame, sizes.whole, params.kernel)
    if (params.fit === 'contain') {
      return [...scale(frame, sizes.whole, params.kernel), place(sizes, params.position, params.background)]
    }
    if (isWithinLimits(sizes.whole, frame)) {
      return [...scale(frame, sizes.whole, params.kernel), ...cut(sizes.whole, sizes.result, params.position)]
    }
    const piece = pieceOf(frame, sizes)
    return [...cut(frame, piece, params.position), ...scale(piece, sizes.result, params.kernel)]
  },
})

function scale(from: Size, to: Size, kernel: Kernel): readonly Step[] {
  return sameSize(from, to) ? [] : [{ step: 'resize', width: to.width, height: to.height, kernel }]
}

/** A saliency cut always keeps one side of `outer` whole: `cover` scaled it to fit. */
function cut(outer: Size, inner: Size, position: Position): readonly Step[] {
  const { width, height } = inner
  if (sameSize(outer, inner)) return []
  if (isStrategy(position)) return [{ step: 'interest', width, height, strategy: position }]
  return [{ step: 'extract', ...cutOffset(outer, inner, position), width, height }]
}

function place({ whole, result }: FittedSizes, position: Position, background: string): Step {
  const { left, top } = placeOffset(result, whole, isStrategy(position) ? 'center' : position)
  return {
    step: 'extend',
    top,
    right: result.width - whole.width - left,
    bottom: result.height - whole.height - top,
    left,
    background: toRgba(background),
  }
}

/**
 * What of the source ends up in the result, in source pixels rounded half up. Cutting it before scaling moves the
 * edge by up to half a source pixel, so it is done only where the scaled whole would pass the limits (long strips).
 */
function pieceOf(frame: Frame, { whole, result }: FittedSizes): Size {
  return {
    width: Math.min(frame.width, scaleSide(frame.width, result.width, whole.width)),
    height: Math.min(frame.height, scaleSide(frame.height, result.height, whole.height)),
  }
}
