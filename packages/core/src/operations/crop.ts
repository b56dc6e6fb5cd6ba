/** Cuts a box: by its edges, by its size at a place, or the largest one of an aspect. */
import * as z from 'zod'
import { cutOffset, isSighting, isStrategy, type Place } from '../geometry/gravity.ts'
import { type Box, contains, sameSize } from '../geometry/size.ts'
import { problem } from '../problem/index.ts'
import type { Step } from '../steps/step.ts'
import { aspect, reduceAspect } from './aspect.ts'
import { type Axis, aspectBox, fixedSpan, freeLength, type Span } from './crop-box.ts'
import { defineOperation } from './define.ts'
import type { Frame } from './frame.ts'
import { type Length, length, pixelsOf } from './length.ts'
import {
  focalPoint,
  type PositionParameter,
  plainPosition,
  position,
  positionIn,
  positionNeeds,
  real,
} from './parameters.ts'

const inset = () => length({ min: 0 }).optional()
const shift = () => length({ min: -1_000_000 }).optional()
const edges = ['left', 'top', 'right', 'bottom'] as const
const sides = [...edges, 'width', 'height'] as const

type Sides = { readonly [K in (typeof sides)[number]]?: Length | undefined }

const params = z
  .strictObject({
    left: inset().describe('From the left edge of the image to that of the box'),
    top: inset().describe('From the top edge of the image to that of the box'),
    right: inset().describe('From the right edge of the box to that of the image'),
    bottom: inset().describe('From the bottom edge of the box to that of the image'),
    width: length().optional().describe('Width of the box; without left and right, position places it'),
    height: length().optional().describe('Height of the box; without top and bottom, position places it'),
    aspect: aspect().optional().describe('Cut the largest box of this width:height instead'),
    aspectTo: aspect()
      .optional()
      .describe('Beside aspect: an image between the two keeps its own, any other gets the nearer one'),
    zoom: real({ min: 1, max: 100 })
      .default(1)
      .describe('Cut a box this many times smaller: than that of the aspect, or than the image'),
    position: position()
      .default(focalPoint)
      .describe(
        'Where the box lies when its edges do not say it; focal-point: around that of the image, else the centre',
      ),
    offsetX: shift().describe(
      'Moves a box at the right to the left, any other to the right; not past an edge',
    ),
    offsetY: shift().describe('Moves a box at the bottom up, any other down; not past an edge'),
    outside: z
      .enum(['refuse', 'clip'])
      .default('refuse')
      .describe('What happens when the box reaches beyond the image'),
  })
  .refine((params) => params.aspect !== undefined || params.zoom > 1 || isGiven(params, sides), {
    error: 'needs an edge, a side, an aspect or a zoom',
  })
  .refine((params) => (params.aspect === undefined && params.zoom === 1) || !isGiven(params, sides), {
    error: 'takes either edges and sides, or an aspect and a zoom, not both',
  })
  .refine((params) => params.aspectTo === undefined || params.aspect !== undefined, {
    path: ['aspectTo'],
    error: 'must stand beside an aspect',
  })
  .refine(
    (params) => !isGiven(params, ['left']) || !isGiven(params, ['width']) || !isGiven(params, ['right']),
    {
      path: ['right'],
      error: 'must be absent beside left and width, which say where the box ends',
    },
  )
  .refine(
    (params) => !isGiven(params, ['top']) || !isGiven(params, ['height']) || !isGiven(params, ['bottom']),
    {
      path: ['bottom'],
      error: 'must be absent beside top and height, which say where the box ends',
    },
  )
  .refine((params) => params.position === focalPoint || params.position === 'center' || !isPlaced(params), {
    path: ['position'],
    error: 'must be absent beside edges, which say where the box lies',
  })
  .refine((params) => typeof params.position === 'object' || !isFound(params) || !isGiven(params, edges), {
    path: ['position'],
    error: 'must be a place beside an edge: attention, entropy, faces and subject find both coordinates',
  })
  .refine(
    (params) => params.offsetX === undefined || !(isGiven(params, ['left', 'right']) || isFound(params)),
    {
      path: ['offsetX'],
      error: 'must be absent where an edge or a strategy says where the box lies',
    },
  )
  .refine(
    (params) => params.offsetY === undefined || !(isGiven(params, ['top', 'bottom']) || isFound(params)),
    {
      path: ['offsetY'],
      error: 'must be absent where an edge or a strategy says where the box lies',
    },
  )

type Params = z.output<typeof params>

export const crop = defineOperation({
  op: 'crop',
  category: 'geometry',
  revision: 1,
  summary: 'Cut a box out of the image.',
  params,
  examples: [
    { left: 40, top: 20, width: 200, height: 100 },
    { left: '25%', top: '25%', width: '50%', height: '50%' },
    { aspect: '1:1', position: 'top' },
    { aspect: '3:4', position: { x: 0.3, y: 0.6 }, zoom: 1.5 },
    { width: 200, height: 300, position: 'bottom-right', offsetX: 10, outside: 'clip' },
  ],
  needs: ({ position }) => positionNeeds(position),
  normalise: (params) => {
    if (isWhole(params)) return undefined
    return {
      ...params,
      aspect: params.aspect && reduceAspect(params.aspect),
      aspectTo: params.aspectTo && reduceAspect(params.aspectTo),
      position: isPlaced(params) ? focalPoint : plainPosition(params.position),
      offsetX: isZero(params.offsetX) ? undefined : params.offsetX,
      offsetY: isZero(params.offsetY) ? undefined : params.offsetY,
    }
  },
  followsFocalPoint: (params) => params.position === focalPoint && !isPlaced(params),
  lower(params, frame): readonly Step[] {
    const position = positionIn(params.position, frame)
    if (isStrategy(position)) {
      const { width, height } = inside(boxAt(params, frame, 'center'), params, frame)
      return sameSize({ width, height }, frame)
        ? []
        : [{ step: 'interest', width, height, strategy: position }]
    }
    const box = inside(boxAt(params, frame, position), params, frame)
    return sameSize(box, frame) ? [] : [{ step: 'extract', ...box }]
  },
})

/** The box asked for; with edges it may reach beyond the image. */
function boxAt(params: Params, frame: Frame, place: Place): Box {
  const { aspect, aspectTo, zoom } = params
  const isCut = aspect !== undefined || zoom > 1
  const cut = isCut ? aspectBox(frame, { aspect, aspectTo, zoom }) : undefined
  const across: Axis = { start: params.left, length: params.width, end: params.right }
  const down: Axis = { start: params.top, length: params.height, end: params.bottom }
  const size = {
    width: cut?.width ?? freeLength(across, frame.width),
    height: cut?.height ?? freeLength(down, frame.height),
  }
  const offset = cutOffset(frame, size, place)
  const isAt = (edge: string) => typeof place === 'string' && place.includes(edge)
  const moved = { by: params.offsetX, isBack: isAt('right') }
  const movedDown = { by: params.offsetY, isBack: isAt('bottom') }
  const x =
    fixedSpan(across, frame.width) ?? shifted({ from: offset.left, length: size.width }, frame.width, moved)
  const y =
    fixedSpan(down, frame.height) ??
    shifted({ from: offset.top, length: size.height }, frame.height, movedDown)
  return { left: x.from, top: y.from, width: x.length, height: y.length }
}

function shifted(
  { from, length }: Span,
  side: number,
  { by, isBack }: { readonly by: Length | undefined; readonly isBack: boolean },
): Span {
  if (by === undefined || length >= side) return { from, length }
  const shift = Math.floor(pixelsOf(by, side) + 0.5)
  return { from: Math.min(side - length, Math.max(0, isBack ? from - shift : from + shift)), length }
}

/** @throws Problem `operation/impossible` when nothing of the box, or not all of it, lies in the image */
function inside(box: Box, { outside }: Params, frame: Frame): Box {
  if (contains(frame, box)) return box
  const left = Math.max(0, box.left)
  const top = Math.max(0, box.top)
  const width = Math.min(frame.width, box.left + box.width) - left
  const height = Math.min(frame.height, box.top + box.height) - top
  if (outside === 'clip' && width > 0 && height > 0) return { left, top, width, height }
  throw problem('operation/impossible', {
    detail: `crop: the box ${box.width}×${box.height} px at ${box.left},${box.top} is not inside the image of ${frame.width}×${frame.height} px`,
    members: { operation: 'crop', width: frame.width, height: frame.height },
  })
}

function isGiven(params: Sides, names: readonly (keyof Sides)[]): boolean {
  return names.some((name) => params[name] !== undefined)
}

/** Whether edges fix both coordinates. */
function isPlaced(params: Sides): boolean {
  return isGiven(params, ['left', 'right']) && isGiven(params, ['top', 'bottom'])
}

function isFound({ position }: { readonly position: PositionParameter }): boolean {
  return position === 'attention' || position === 'entropy' || isSighting(position)
}

/** Whether the box is the image, whatever the image. */
function isWhole(params: Params): boolean {
  if (params.aspect !== undefined || params.zoom > 1) return false
  const isFull = (side: Length | undefined) => side === undefined || side === '100%'
  return (
    isFull(params.width) &&
    isFull(params.height) &&
    edges.every((edge) => params[edge] === undefined || isZero(params[edge]))
  )
}

function isZero(length: Length | undefined): boolean {
  return length === 0 || length === '0%'
}
