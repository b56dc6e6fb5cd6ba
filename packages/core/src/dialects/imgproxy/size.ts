/**
 * The geometry of a URL, in imgproxy's order: trim, turns, crop, scaling, the cut to the size asked for; and behind the
 * filters, what is added around the picture.
 *
 * | resizing type | here |
 * |---|---|
 * | fit, force | resize inside; fill |
 * | fill | resize cover; without `enlarge` outside, then cut at the edges |
 * | fill-down | resize cover, not enlarging |
 * | auto | resize auto |
 *
 * `crop` counts in the picture as it is turned. Without `enlarge` nothing grows but for `min-width` and `min-height`.
 */
import { roundSide } from '../../geometry/index.ts'
import type { OperationInput } from '../../operations/index.ts'
import { type Problem, problem } from '../../problem/index.ts'
import { percent } from '../step-parameters.ts'
import { hasOffset, placed, placeOf } from './gravity.ts'
import type { Settings } from './settings.ts'

type Length = number | string

export function trimming({ trim }: Settings): readonly OperationInput[] {
  if (trim === undefined) return []
  const { threshold, color } = trim
  return [{ op: 'trim', threshold, ...(color === undefined ? {} : { background: color }) }]
}

export function turning({ rotate, flop, flip }: Settings): readonly OperationInput[] {
  const turned: readonly OperationInput[] = rotate === 0 ? [] : [{ op: 'rotate', angle: rotate }]
  const across: readonly OperationInput[] = flop ? [{ op: 'flop' }] : []
  return [...turned, ...across, ...(flip ? [{ op: 'flip' } as const] : [])]
}

/** The cut before scaling. Offsets of the general gravity hold for it too, without `dpr`. */
export function cropping(settings: Settings): readonly OperationInput[] {
  const { crop, cropAspect, gravity } = settings
  const place = placed(crop.gravity ?? gravity, 1)
  if (crop.width === 0 && crop.height === 0) {
    if (cropAspect === undefined) return []
    return [{ op: 'crop', aspect: aspectText(cropAspect.ratio), ...place }]
  }
  const { width, height } = cropAspect === undefined ? crop : inAspect(crop, cropAspect)
  return [{ op: 'crop', width: cropSide(width), height: cropSide(height), ...place, outside: 'clip' }]
}

function cropSide(side: number): Length {
  if (side === 0) return '100%'
  return side < 1 ? percent(side) : Math.round(side)
}

/** A ratio as operations write it: up to four decimals, over one. */
function aspectText(ratio: number): string {
  return `${Math.max(1, Math.round(ratio * 10_000)) / 10_000}:1`
}

function inAspect(
  { width, height }: { readonly width: number; readonly height: number },
  { ratio, enlarge }: { readonly ratio: number; readonly enlarge: boolean },
) {
  if (width < 1 || height < 1)
    throw impossible('crop_aspect_ratio', 'needs both sides of the crop in pixels, or none of them')
  const isWide = width / height > ratio
  return isWide === enlarge
    ? { width, height: Math.max(1, Math.round(width / ratio)) }
    : { width: Math.max(1, Math.round(height * ratio)), height }
}

/** Scaling and the cut to the size asked for. */
export function resizing(settings: Settings): readonly OperationInput[] {
  const { width, height } = boxOf(settings)
  if (width === undefined && height === undefined) return scaled(settings)
  const bounded = isBounded(settings)
  const made = fitted(settings, { width, height })
  const isCut = made.at(-1)?.op === 'crop'
  if (!bounded) return made
  // What the least sides made larger than the box is cut to it again, whatever the type.
  return [...made.slice(0, isCut ? -1 : undefined), ...grown(settings), cutTo(settings, { width, height })]
}

interface Box {
  readonly width: number | undefined
  readonly height: number | undefined
}

/** The picture in the box as its type has it, least sides included as far as nothing grows for them. */
function fitted(settings: Settings, { width, height }: Box): readonly OperationInput[] {
  const { resizingType, gravity, enlarge: upscale } = settings
  const bounded = isBounded(settings)
  const common = {
    op: 'resize',
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    ...sampling(settings),
    upscale,
  } as const
  const least = leastOf(settings)
  if (resizingType === 'force') return [{ ...common, ...forced(settings, { width, height }), fit: 'fill' }]
  if (width === undefined || height === undefined)
    return [{ ...common, ...(bounded ? { fit: 'inside', ...least } : {}) }]
  const { position } = gravity
  if (resizingType === 'fit') return [{ ...common, fit: 'inside', ...least }]
  if (resizingType === 'auto') {
    if (hasOffset(gravity)) throw notMoved('auto')
    return [{ ...common, fit: 'auto', position }]
  }
  if (resizingType === 'fill-down' && !upscale) {
    if (hasOffset(gravity)) throw notMoved('fill-down')
    return [{ ...common, fit: 'cover', position }]
  }
  if (upscale && !hasOffset(gravity) && !bounded) return [{ ...common, fit: 'cover', position }]
  return [{ ...common, fit: 'outside', ...least }, cutTo(settings, { width, height })]
}

/** Least sides make a picture larger, whatever `enlarge` says of the size. */
function grown(settings: Settings): readonly OperationInput[] {
  return [{ op: 'resize', width: '100%', fit: 'inside', ...leastOf(settings), ...sampling(settings) }]
}

function cutTo({ gravity, dpr }: Settings, { width, height }: Box): OperationInput {
  return {
    op: 'crop',
    width: width ?? '100%',
    height: height ?? '100%',
    ...placed(gravity, dpr),
    outside: 'clip',
  }
}

function sampling({ kernel }: Settings): { readonly kernel?: Settings['kernel'] } {
  return kernel === 'lanczos3' ? {} : { kernel }
}

function isBounded({ minWidth, minHeight }: Settings): boolean {
  return minWidth > 0 || minHeight > 0
}

/** The sides asked for in pixels of the result. */
function boxOf({ width, height, zoomX, zoomY, dpr, resizingType }: Settings) {
  if (zoomX !== zoomY && resizingType !== 'force' && (width > 0 || height > 0))
    throw impossible('zoom', 'may have two factors only with force, or without a size')
  return {
    ...(width === 0 ? {} : { width: roundSide(width * zoomX * dpr) }),
    ...(height === 0 ? {} : { height: roundSide(height * zoomY * dpr) }),
  }
}

function leastOf({ minWidth, minHeight, dpr }: Settings) {
  return {
    ...(minWidth === 0 ? {} : { minWidth: roundSide(minWidth * dpr) }),
    ...(minHeight === 0 ? {} : { minHeight: roundSide(minHeight * dpr) }),
  }
}

/** `force` scales a side that is not named by the factors alone. */
function forced({ zoomX, zoomY, dpr }: Settings, { width, height }: Box) {
  return { width: width ?? percent(zoomX * dpr), height: height ?? percent(zoomY * dpr) }
}

/** No size but factors, or least sides. */
function scaled(settings: Settings): readonly OperationInput[] {
  const { zoomX, zoomY, dpr, enlarge: upscale } = settings
  const [across, down] = [zoomX * dpr, zoomY * dpr]
  const isEven = across === down
  const factors = isEven
    ? { width: percent(across) }
    : { width: percent(across), height: percent(down), fit: 'fill' as const }
  const made: readonly OperationInput[] =
    isEven && across === 1 ? [] : [{ op: 'resize', ...factors, upscale, ...sampling(settings) }]
  return isBounded(settings) ? [...made, ...grown(settings)] : made
}

/** Room around the picture: to the size, to its aspect, by numbers. */
export function padding(settings: Settings): readonly OperationInput[] {
  const { extend, extendAspect, padding: sides, dpr, background } = settings
  const { width, height } = boxOf(settings)
  const colored = background === undefined ? {} : { background }
  const room: OperationInput[] = []
  if (extend !== undefined && (width !== undefined || height !== undefined))
    room.push({
      op: 'pad',
      ...(width === undefined ? {} : { width }),
      ...(height === undefined ? {} : { height }),
      position: placeOf(extend),
      ...colored,
    })
  if (extendAspect !== undefined) {
    if (width === undefined || height === undefined)
      throw impossible('extend_aspect_ratio', 'needs width and height')
    room.push({
      op: 'pad',
      aspect: `${width}:${height}`,
      position: placeOf(extendAspect),
      ...colored,
    })
  }
  const [top, right, bottom, left] = [sides.top, sides.right, sides.bottom, sides.left].map((side) =>
    Math.round(side * dpr),
  )
  if (Math.max(top ?? 0, right ?? 0, bottom ?? 0, left ?? 0) > 0)
    room.push({ op: 'extend', top, right, bottom, left, ...colored })
  return background === undefined ? room : [...room, { op: 'flatten', background }]
}

function notMoved(type: string): Problem {
  return impossible('gravity', `cannot be moved from its place beside the resizing type ${type}`)
}

function impossible(option: string, rule: string): Problem {
  return problem('request/invalid-parameter', {
    detail: `The processing option "${option}" ${rule}.`,
    members: { parameter: option },
  })
}
