/**
 * `c`, `w`, `h`, `ar`, `g`, `x`, `y`, `z`: the resizing of one step, after ADR 9.
 *
 * | mode | here |
 * |---|---|
 * | scale (default beside w or h), fit, limit, mfit | resize fill; inside; not enlarging; not shrinking |
 * | fill, lfill | resize cover; left alone when smaller than the box |
 * | thumb | resize cover; with `g_face` or `g_dog` and both sides the cut just around them |
 * | auto | resize cover on what draws the eye |
 * | pad, lpad, mpad | resize contain; not enlarging; not shrinking |
 * | fill_pad, auto_pad | cover when image and box lie the same way, else inside and padded |
 * | crop | crop, cut off at the image's edges |
 *
 * `g_face` and `g_dog` are `g_auto`, what draws the eye, where there are no faces and no dogs.
 */
import { type Gravity, isSighting, type Label } from '../../geometry/index.ts'
import type { OperationInput } from '../../operations/index.ts'
import type { Backdrop, SizeTerms } from '../size-terms.ts'
import type { Step } from './step.ts'
import { type Length, readAspect, readGravity, readOffset, readSide } from './values.ts'

const resizeModes = {
  scale: { fit: 'fill' },
  fit: { fit: 'inside' },
  limit: { fit: 'inside', upscale: false },
  mfit: { fit: 'inside', downscale: false },
  fill: { fit: 'cover' },
  lfill: { fit: 'cover', upscale: false, whenSmaller: 'keep' },
  thumb: { fit: 'cover' },
  auto: { fit: 'cover' },
  pad: { fit: 'contain' },
  lpad: { fit: 'contain', upscale: false },
  mpad: { fit: 'contain', downscale: false },
  fill_pad: { fit: 'auto' },
  auto_pad: { fit: 'auto' },
} as const

type Mode = keyof typeof resizeModes
export const modes = [...(Object.keys(resizeModes) as Mode[]), 'crop'] as const

interface Asked {
  readonly width: Length | undefined
  readonly height: Length | undefined
  readonly aspect: string | undefined
  readonly zoom: number
}

/** Operations of the step's resizing; none when it names no size. @throws Problem `request/invalid-parameter` */
export function readSize(step: Step, terms: SizeTerms): readonly OperationInput[] {
  const word = step.text('c')
  const mode = modes.find((known) => known === word)
  if (word !== undefined && mode === undefined) throw step.invalid('c', `must be one of ${modes.join(', ')}`)
  const asked: Asked = {
    width: readWidth(step, terms),
    height: readSide(step, 'h', terms),
    aspect: readAspect(step),
    zoom: mode === 'crop' || mode === 'thumb' ? (step.number('z', { min: 0.01, max: 100 }) ?? 1) : 1,
  }
  if (asked.width !== undefined && asked.height !== undefined && asked.aspect !== undefined) {
    throw step.invalid('ar', 'cannot stand beside both w and h')
  }
  if (mode === 'crop') return cropOf(step, asked)
  return resizeOf(step, mode ?? 'scale', asked, terms.backdrop)
}

/** The hint is rounded up to a hundred, or to the step that the value names, so that few widths are made. */
function readWidth(step: Step, terms: SizeTerms): Length | undefined {
  const auto = /^auto:(\d{1,4})(?::(\d{1,5}))?$/.exec(step.has('w') ? (step.text('w') ?? '') : '')
  if (step.has('w') && (auto !== null || step.text('w') === 'auto')) {
    const every = Math.max(1, Number(auto?.[1] ?? 100))
    if (terms.autoWidth === undefined)
      return auto?.[2] === undefined ? undefined : Math.max(1, Number(auto[2]))
    return Math.max(1, Math.ceil(terms.autoWidth / every) * every)
  }
  return readSide(step, 'w', terms)
}

function resizeOf(step: Step, mode: Mode, asked: Asked, backdrop: Backdrop): readonly OperationInput[] {
  const { width, height, aspect, zoom } = asked
  const terms = resizeModes[mode]
  const boxed = aspect !== undefined || (width !== undefined && height !== undefined)
  const place = placeFor(step, mode)
  if (!boxed && zoom !== 1) throw step.invalid('z', 'needs w and h, or ar')
  if (width === undefined && height === undefined && aspect === undefined) return []
  const sides = {
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    ...(aspect === undefined ? {} : { aspect }),
  }
  if (!boxed) {
    return [
      {
        op: 'resize',
        ...sides,
        upscale: !('upscale' in terms),
        downscale: !('downscale' in terms),
      },
    ]
  }
  const around = mode === 'thumb' ? aroundFound(place.position, zoom) : undefined
  if (around !== undefined && typeof width === 'number' && typeof height === 'number')
    return [{ op: 'smartCrop', width, height, ...around }]
  if (terms.fit === 'cover') return coverOf(step, asked, sides, { ...terms, place: place.position })
  if (terms.fit === 'auto') {
    if (typeof width !== 'number' || typeof height !== 'number')
      throw step.invalid('c', 'needs w and h in pixels')
    return [
      { op: 'resize', ...sides, fit: 'auto', position: place.position },
      { op: 'pad', width, height, ...backdrop },
    ]
  }
  if (terms.fit === 'contain')
    return [{ op: 'resize', ...sides, ...terms, ...backdrop, position: place.position }]
  return [{ op: 'resize', ...sides, ...terms }]
}

/**
 * The cut just around faces and their hair, or things; `zoom` makes it smaller, or larger below 1. `undefined` where
 * nothing is looked for.
 */
function aroundFound(position: PlacedPosition | 'point' | undefined, zoom: number) {
  if (!isSighting(position)) return undefined
  const isFaces = position === 'faces'
  const padding = Math.min(10, Math.max(0, ((isFaces ? faceRoom : 1) / zoom - 1) / 2))
  const what = typeof position === 'object' ? { labels: position.labels } : { subject: 'face' as const }
  return { ...what, tightness: 1, padding }
}

/** Sides of a portrait at zoom 1, in those of the face from brow to chin. */
const faceRoom = 1.8

type PlacedPosition =
  | Gravity
  | 'attention'
  | 'faces'
  | 'focal-point'
  | { readonly x: number; readonly y: number }
  | { readonly left: number; readonly top: number }
  | { readonly labels: Label[] }

/** Reads `g`. Modes that cut nothing take any word and have no use for it, as at Cloudinary. */
function placeFor(step: Step, mode: Mode): { readonly position: PlacedPosition } {
  const { fit } = resizeModes[mode]
  const gravity = readGravity(step)
  if (fit === 'contain') {
    if (gravity === 'attention' || gravity === 'point' || isSighting(gravity))
      throw step.invalid('g', 'must be a place when the image is padded')
    return { position: gravity ?? 'center' }
  }
  if (fit !== 'cover' && fit !== 'auto') return { position: 'focal-point' }
  if (gravity === 'point') return { position: pointOf(step) }
  const isEyeDrawn = mode === 'auto' || mode === 'auto_pad' || mode === 'fill_pad'
  return { position: gravity ?? (isEyeDrawn ? 'attention' : 'focal-point') }
}

function pointOf(step: Step): PlacedPosition {
  const [x, y] = [readOffset(step, 'x') ?? 0, readOffset(step, 'y') ?? 0]
  if (typeof x === 'string' && typeof y === 'string') return { x: shareOf(x), y: shareOf(y) }
  if (typeof x !== 'number' || typeof y !== 'number')
    throw step.invalid('x', 'must be in pixels or a share, as y is')
  return { left: Math.max(0, Math.round(x)), top: Math.max(0, Math.round(y)) }
}

function shareOf(percentText: string): number {
  return Math.min(1, Math.max(0, Number(percentText.slice(0, -1)) / 100))
}

/** A cover; zoomed, it is first cut to a smaller box of its aspect, and moved, it is scaled and then cut. */
function coverOf(
  step: Step,
  { width, height, aspect, zoom }: Asked,
  sides: { readonly width?: Length; readonly height?: Length; readonly aspect?: string },
  { place, ...terms }: { readonly place: PlacedPosition; readonly fit: 'cover' },
): readonly OperationInput[] {
  if (width === undefined && height === undefined && aspect !== undefined) {
    return [{ op: 'crop', aspect, position: place, zoom: Math.max(1, zoom) }]
  }
  const isPixels = typeof width === 'number' && typeof height === 'number'
  if (zoom > 1) {
    if (!isPixels) throw step.invalid('z', 'needs w and h in pixels')
    return [
      { op: 'crop', aspect: `${width}:${height}`, position: place, zoom },
      { op: 'resize', ...sides, ...terms },
    ]
  }
  if (typeof place === 'string' && place !== 'attention' && place !== 'faces') {
    const offset = readOffsets(step)
    if (offset.offsetX !== undefined || offset.offsetY !== undefined) {
      if (!isPixels) throw step.invalid('c', 'with x or y needs w and h in pixels')
      return [
        { op: 'resize', ...sides, ...terms, fit: 'outside' },
        {
          op: 'crop',
          width,
          height,
          position: place === 'focal-point' ? 'center' : place,
          ...offset,
          outside: 'clip',
        },
      ]
    }
  }
  return [{ op: 'resize', ...sides, ...terms, position: place }]
}

function readOffsets(step: Step): { readonly offsetX?: Length; readonly offsetY?: Length } {
  const [x, y] = [readOffset(step, 'x'), readOffset(step, 'y')]
  return {
    ...(x === undefined ? {} : { offsetX: whole(x) }),
    ...(y === undefined ? {} : { offsetY: whole(y) }),
  }
}

/** With a position in pixels and no `g` the box hangs from the top left corner. */
function cropOf(step: Step, { width, height, aspect, zoom }: Asked): readonly OperationInput[] {
  const gravity = readGravity(step)
  const position: PlacedPosition =
    gravity === 'point'
      ? pointOf(step)
      : (gravity ?? (step.has('x') || step.has('y') ? 'top-left' : 'focal-point'))
  const isFound = gravity === 'attention' || isSighting(gravity)
  const offset = gravity === 'point' || isFound ? {} : readOffsets(step)
  if (width === undefined && height === undefined) {
    const around = aroundFound(gravity, zoom)
    if (around !== undefined)
      return [{ op: 'smartCrop', ...(aspect === undefined ? {} : { aspect }), ...around }]
    if (aspect === undefined && zoom === 1) return []
    return [
      {
        op: 'crop',
        ...(aspect === undefined ? {} : { aspect }),
        position,
        zoom: Math.max(1, zoom),
        ...offset,
      },
    ]
  }
  if (zoom !== 1) throw step.invalid('z', 'cannot stand beside w or h in c_crop')
  const sides = aspect === undefined ? { width, height } : sidesByAspect(step, { width, height, aspect })
  return [
    {
      op: 'crop',
      width: sides.width ?? '100%',
      height: sides.height ?? '100%',
      position,
      ...offset,
      outside: 'clip',
    },
  ]
}

function sidesByAspect(
  step: Step,
  { width, height, aspect }: Pick<Asked, 'width' | 'height'> & { aspect: string },
) {
  const [across = 1, down = 1] = aspect.split(':').map(Number)
  if (typeof width === 'number') return { width, height: Math.max(1, Math.round((width * down) / across)) }
  if (typeof height === 'number') return { width: Math.max(1, Math.round((height * across) / down)), height }
  throw step.invalid('ar', 'beside a side of c_crop needs that side in pixels')
}

function whole(length: Length): Length {
  return typeof length === 'number' ? Math.round(length) : length
}
