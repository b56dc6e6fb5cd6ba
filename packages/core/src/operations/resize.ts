/** Scales into, over or onto a box, in sharp's words; see geometry/fit.ts for every rounding. */
import * as z from 'zod'
import { type Fit, type FittedSizes, fitSizes, fits, scaleSide } from '../geometry/fit.ts'
import { cutOffset, isSighting, isStrategy, type Position, placeOffset } from '../geometry/gravity.ts'
import { type Size, sameSize } from '../geometry/size.ts'
import type { Kernel, Step } from '../steps/step.ts'
import { aspect, reduceAspect } from './aspect.ts'
import { backgroundNeeds } from './background.ts'
import { defineOperation } from './define.ts'
import { fillParams, type Margins, normalFill, surround } from './fill.ts'
import type { Frame } from './frame.ts'
import { length } from './length.ts'
import {
  focalPoint,
  kernels,
  type PositionParameter,
  pixels,
  plainPosition,
  position,
  positionIn,
  positionNeeds,
} from './parameters.ts'
import { boundsIn, boxOf, checkSmaller, fitOn, isLeftAlone, isOneSided } from './resize-box.ts'
import { isWithinLimits, withinLimits } from './size-limit.ts'

const side = () => length({ maxPercent: 10_000 }).optional()
const bound = () => pixels().optional()

export const resize = defineOperation({
  op: 'resize',
  category: 'geometry',
  revision: 1,
  summary: 'Scale the image to a width, a height or a box.',
  params: z
    .strictObject({
      width: side().describe('Width of the box; alone, the height follows'),
      height: side().describe('Height of the box; alone, the width follows'),
      aspect: aspect()
        .optional()
        .describe(
          'Aspect of the box, width:height, from which the missing side follows; alone, the largest inside the image',
        ),
      fit: z
        .enum([...fits, 'auto'])
        .default('cover')
        .describe(
          'How the image meets the box; auto covers it when both lie the same way and else fits inside',
        ),
      position: position()
        .default(focalPoint)
        .describe(
          'What cover keeps and where contain places the image; focal-point: its own, else the centre',
        ),
      ...fillParams(),
      upscale: z.boolean().default(true).describe('Whether the image may grow'),
      downscale: z.boolean().default(true).describe('Whether the image may shrink'),
      whenSmaller: z
        .enum(['fit', 'keep', 'refuse'])
        .default('fit')
        .describe(
          'Without upscale: go as far as possible; keep the image as it is when a side of the box is longer than its own; or refuse what would have to grow',
        ),
      minWidth: bound().describe(
        'Least width of the result; cover, contain and fill raise the box, the others scale',
      ),
      minHeight: bound().describe('Least height of the result'),
      maxWidth: bound().describe('Greatest width of the result, unless a least side asks for more'),
      maxHeight: bound().describe('Greatest height of the result, unless a least side asks for more'),
      kernel: z.enum(kernels).default('lanczos3').describe('How pixels are weighed when scaling'),
    })
    .refine(
      ({ width, height, aspect, ...params }) =>
        (width ??
          height ??
          aspect ??
          Object.values(boundsIn(params)).find((bound) => bound !== undefined)) !== undefined,
      { error: 'needs a width, a height or both, an aspect or a bound' },
    )
    .refine(
      ({ width, height, aspect }) => aspect === undefined || width === undefined || height === undefined,
      {
        path: ['aspect'],
        error: 'must be absent beside width and height, which say it themselves',
      },
    )
    .refine(({ fit, position }) => fit !== 'contain' || isPlain(position), {
      path: ['position'],
      error:
        'must be a place beside the fit contain: attention, entropy, faces, subject and points are about what a cut keeps, and contain never cuts',
    }),
  examples: [
    { width: 320 },
    { width: 300, height: 300, fit: 'cover', position: 'attention' },
    { width: 300, height: 200, fit: 'contain', background: 'white' },
    { width: 2000, height: 2000, fit: 'inside', upscale: false },
    { width: '50%' },
    { width: 400, aspect: '3:2', position: { x: 0.7, y: 0.4 } },
  ],
  needs: (params) => [...backgroundNeeds(params), ...positionNeeds(params.position)],
  normalise(params) {
    const { fit } = params
    const isBoxed = !isOneSided(params)
    const plain = { background: '#00000000', fill: 'color', fillBlur: undefined, fillOpacity: 1 } as const
    return {
      ...params,
      aspect: params.aspect && reduceAspect(params.aspect),
      fit: isBoxed ? fit : 'cover',
      position: isBoxed ? positionBeside(fit, params.position) : focalPoint,
      ...(isBoxed && fit === 'contain' ? normalFill(params) : plain),
      whenSmaller: params.upscale ? 'fit' : params.whenSmaller,
    }
  },
  followsFocalPoint: ({ fit, position, ...params }) =>
    position === focalPoint && (fit === 'cover' || fit === 'auto') && !isOneSided(params),
  lower(params, frame) {
    const box = boxOf(params, frame)
    if (isLeftAlone(params, box, frame)) return []
    const bounds = boundsIn(params)
    const options = { ...params, fit: fitOn(params.fit, box, frame) }
    checkSmaller(params, fitSizes(frame, box, { ...options, upscale: true }, bounds), frame)
    const sizes = fitSizes(frame, box, options, bounds)
    withinLimits(sizes.result, frame, 'resize')
    if (sameSize(sizes.whole, sizes.result)) return scale(frame, sizes.whole, params.kernel)
    const position = positionIn(params.position, frame)
    if (options.fit === 'contain') {
      const { width, height } = sizes.whole
      const margins = marginsOf(sizes, position)
      return [
        ...scale(frame, sizes.whole, params.kernel),
        surround(margins, params, { ...frame, width, height }),
      ]
    }
    if (isWithinLimits(sizes.whole, frame)) {
      return [...scale(frame, sizes.whole, params.kernel), ...cut(sizes.whole, sizes.result, position)]
    }
    const piece = pieceOf(frame, sizes)
    return [...cut(frame, piece, position), ...scale(piece, sizes.result, params.kernel)]
  },
})

/** The simplest word for what matters of a place: an image that is placed whole has no focal point to keep. */
function positionBeside(fit: Fit | 'auto', position: PositionParameter): PositionParameter {
  if (fit === 'cover' || fit === 'auto') return plainPosition(position)
  return fit === 'contain' && position !== 'center' ? position : focalPoint
}

/** A place that is one without a look at the picture. */
function isPlain(position: PositionParameter): boolean {
  return typeof position === 'string' && !isStrategy(position as Position) && !isSighting(position)
}

function scale(from: Size, to: Size, kernel: Kernel): readonly Step[] {
  return sameSize(from, to) ? [] : [{ step: 'resize', width: to.width, height: to.height, kernel }]
}

function cut(outer: Size, inner: Size, position: Position): readonly Step[] {
  const { width, height } = inner
  if (sameSize(outer, inner)) return []
  if (isStrategy(position)) return [{ step: 'interest', width, height, strategy: position }]
  return [{ step: 'extract', ...cutOffset(outer, inner, position), width, height }]
}

function marginsOf({ whole, result }: FittedSizes, position: Position): Margins {
  const gravity = typeof position === 'string' && !isStrategy(position) ? position : 'center'
  const { left, top } = placeOffset(result, whole, gravity)
  return { top, right: result.width - whole.width - left, bottom: result.height - whole.height - top, left }
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
