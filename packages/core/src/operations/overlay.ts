/** Lays another picture over the image: logos, watermarks, stickers, frames, textures. */
import * as z from 'zod'
import { fitSizes, fits, scaleSide } from '../geometry/fit.ts'
import { type Gravity, gravities, type Offset, placeOffset } from '../geometry/gravity.ts'
import type { Size } from '../geometry/size.ts'
import { blendModes } from '../steps/blend.ts'
import type { Step } from '../steps/step.ts'
import { defineOperation } from './define.ts'
import type { Frame } from './frame.ts'
import { frameAfterAll } from './frame-after.ts'
import { type Length, length, pixelsOf } from './length.ts'
import { angle, pixels, real } from './parameters.ts'
import { picture, pictureIn, pictureKey } from './picture.ts'
import { resize } from './resize.ts'
import { rotate } from './rotate.ts'
import { withinLimits } from './size-limit.ts'

/** May be larger than the image: what is outside is not drawn. */
const side = () => length({ maxPercent: 10_000 })
const offset = () => length({ min: -1_000_000, maxPercent: 10_000 })

const params = z
  .strictObject({
    picture: picture().describe('What is laid over the image'),
    width: side().optional().describe('Width, in pixels or percent of the image’s width'),
    height: side().optional().describe('Height, in pixels or percent of the image’s height'),
    fit: z.enum(fits).default('inside').describe('How the picture meets width and height together'),
    upscale: z.boolean().default(true).describe('Whether width and height may enlarge the picture'),
    scale: real({ min: 0.01, max: 10_000, unit: '%' })
      .default(100)
      .describe('Size in percent of its own, without width and height; never larger than the image'),
    position: z.enum(gravities).default('center').describe('Where the picture lies'),
    padding: length({ min: 0 }).default(0).describe('Distance from the sides that position names'),
    x: offset()
      .optional()
      .describe('Distance from the left or right side instead; to the right of the centre'),
    y: offset().optional().describe('Distance from the top or bottom side instead; below the centre'),
    anchor: z
      .strictObject({ x: real({ min: 0, max: 1 }), y: real({ min: 0, max: 1 }) })
      .optional()
      .describe(
        'Point of the picture, in parts of its sides, that lies there; else that of its own position',
      ),
    opacity: real({ min: 0, max: 1 }).default(1).describe('How much of it shows; nothing at 0'),
    rotation: angle().default(0).describe('Clockwise angle of the picture'),
    blend: z.enum(blendModes).default('normal').describe('How its colours meet the image’s'),
    tile: z.boolean().default(false).describe('Whether copies fill the image'),
    spacing: pixels({ min: 0 }).default(0).describe('Pixels between copies'),
  })
  .refine(({ width, height, scale }) => (width === undefined && height === undefined) || scale === 100, {
    path: ['scale'],
    error: 'must be absent beside a width or a height',
  })

type Params = z.output<typeof params>

export const overlay = defineOperation({
  op: 'overlay',
  category: 'compose',
  revision: 1,
  summary: 'Lay another picture over the image.',
  params,
  examples: [
    { picture: { asset: 'logo.png' }, width: '25%', position: 'bottom-right', padding: 10, opacity: 0.8 },
    { picture: { asset: 'logo.png' }, scale: 50, rotation: 30, tile: true, spacing: 20, blend: 'soft-light' },
  ],
  normalise: (params) => {
    if (params.opacity === 0) return undefined
    const sides = [params.width, params.height].filter((side) => side !== undefined).length
    return {
      ...params,
      fit: sides === 2 ? params.fit : 'inside',
      upscale: sides > 0 ? params.upscale : true,
      spacing: params.tile ? params.spacing : 0,
    }
  },
  pictures: ({ picture }) => [picture],
  lower: (params, frame) => {
    if (params.opacity === 0) return []
    const start: Frame = { ...frame, ...pictureIn(frame, params.picture), pages: 1 }
    const layer = [...sized(params, start, frame)]
    layer.push(...rotate.lower(rotate.params.parse({ angle: params.rotation }), frameAfterAll(start, layer)))
    const size = frameAfterAll(start, layer)
    const { left, top } = placed(params, size, frame)
    if (!params.tile && isOutside({ left, top }, size, frame)) return []
    const every = { x: size.width + params.spacing, y: size.height + params.spacing }
    return [
      {
        step: 'composite',
        picture: pictureKey(params.picture),
        layer,
        left,
        top,
        blend: params.blend,
        opacity: params.opacity,
        ...(params.tile ? { every } : {}),
      },
    ]
  },
})

/** Steps that bring the picture to its size on the image. */
function sized(params: Params, picture: Frame, frame: Frame): readonly Step[] {
  const { width: wantedWidth, height: wantedHeight, fit, upscale, scale } = params
  const isFree = wantedWidth === undefined && wantedHeight === undefined
  const box = isFree
    ? ownSize(picture, scale, roomIn(params, frame))
    : { width: sideIn(wantedWidth, frame.width), height: sideIn(wantedHeight, frame.height) }
  const how = { fit: isFree ? 'fill' : fit, upscale: isFree || upscale, downscale: true } as const
  withinLimits(fitSizes(picture, box, how).result, picture, 'overlay')
  return resize.lower(resize.params.parse({ ...box, ...how }), picture)
}

function sideIn(length: number | string | undefined, side: number): number | undefined {
  return length === undefined ? undefined : Math.max(1, lengthIn(length, side))
}

/** Whole pixels along a side, rounded half up. */
function lengthIn(length: Length, side: number): number {
  return Math.floor(pixelsOf(length, side) + 0.5)
}

/** `scale` percent of the picture's own size, or as much as there is room for. */
function ownSize(picture: Size, scale: number, room: Size): Size {
  const size = {
    width: scaleSide(picture.width, scale, 100),
    height: scaleSide(picture.height, scale, 100),
  }
  return fitSizes(size, room, { fit: 'inside', upscale: false, downscale: true }).whole
}

/** What the padding leaves of the image along the sides it counts from. */
function roomIn({ position, padding }: Params, { width, height }: Size): Size {
  const across = isBeside(position) ? lengthIn(padding, width) : 0
  const down = isAboveOrBelow(position) ? lengthIn(padding, height) : 0
  return { width: Math.max(1, width - across), height: Math.max(1, height - down) }
}

/** Distances count inwards from the sides that the position names, and right and down from the centre. */
function placed({ position, padding, x, y, anchor }: Params, size: Size, frame: Size): Offset {
  const { left, top } =
    anchor === undefined ? placeOffset(frame, size, position) : hung(anchor, position, size, frame)
  const across = lengthIn(x ?? (isBeside(position) ? padding : 0), frame.width)
  const down = lengthIn(y ?? (isAboveOrBelow(position) ? padding : 0), frame.height)
  return {
    left: position.endsWith('right') ? left - across : left + across,
    top: position.startsWith('bottom') ? top - down : top + down,
  }
}

/** Top left corner of a picture whose anchor lies on the point that the position is of the image; rounded half up. */
function hung(
  anchor: { readonly x: number; readonly y: number },
  position: Gravity,
  size: Size,
  frame: Size,
): Offset {
  const across = position.endsWith('left') ? 0 : position.endsWith('right') ? 1 : 0.5
  const down = position.startsWith('top') ? 0 : position.startsWith('bottom') ? 1 : 0.5
  return {
    left: Math.floor(across * frame.width - anchor.x * size.width + 0.5),
    top: Math.floor(down * frame.height - anchor.y * size.height + 0.5),
  }
}

function isBeside(position: Gravity): boolean {
  return position.endsWith('left') || position.endsWith('right')
}

function isAboveOrBelow(position: Gravity): boolean {
  return position.startsWith('top') || position.startsWith('bottom')
}

function isOutside({ left, top }: Offset, { width, height }: Size, frame: Size): boolean {
  return left >= frame.width || top >= frame.height || left + width <= 0 || top + height <= 0
}
