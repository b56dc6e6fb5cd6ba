/**
 * Sizes of an image scaled into, over or onto a box.
 *
 * Words and results are sharp's, with two stated differences: one given side keeps the ratio whatever the fit
 * (sharp's `fill` would leave the other side alone), and `cover` without enlargement keeps the box's aspect.
 * Ratios are compared and rounded as exact fractions of integers, so no floating-point error picks a side.
 * Source: CSS Images 3 §5.5 object-fit; sharp's resize documentation for the switches.
 */
import { roundSide, type Size } from './size.ts'

export const fits = ['cover', 'contain', 'fill', 'inside', 'outside'] as const
export type Fit = (typeof fits)[number]

export interface TargetBox {
  readonly width?: number | undefined
  readonly height?: number | undefined
}

/** Least and greatest sides of the result; where both cannot hold, the least one does. */
export interface Bounds {
  readonly minWidth?: number | undefined
  readonly maxWidth?: number | undefined
  readonly minHeight?: number | undefined
  readonly maxHeight?: number | undefined
}

export interface FitOptions {
  readonly fit: Fit
  /** May the image grow? */
  readonly upscale: boolean
  /** May the image shrink? */
  readonly downscale: boolean
}

export interface FittedSizes {
  /** The whole image after scaling. */
  readonly whole: Size
  /** The result: a cut of `whole` (cover), `whole` on a larger canvas (contain), or `whole` itself. */
  readonly result: Size
}

/**
 * Size of the whole image after scaling, and of the result; without a box and bounds those of the source.
 *
 * Bounds act on the box of cover, contain and fill (a side that is not given follows from the other one first), so
 * those cut or pad to them; inside and outside keep the ratio and scale as far as the bounds say.
 *
 * Scaled sides are rounded half up and never below 1 px.
 * `upscale: false` — cover: the box shrinks, keeping its aspect, to the largest the source fills; contain: the box
 * stays and the image keeps its size inside; fill: each side on its own; inside and outside: the source's size.
 * `downscale: false` — cover: the box is cut from the unscaled image; contain: the canvas grows to hold the image;
 * fill: each side on its own; inside and outside: the source's size.
 */
export function fitSizes(
  source: Size,
  wanted: TargetBox,
  options: FitOptions,
  bounds: Bounds = {},
): FittedSizes {
  const keepsRatio = options.fit === 'inside' || options.fit === 'outside'
  const box = keepsRatio ? wanted : boundBox(source, wanted, bounds)
  const { width, height } = box
  if (width === undefined || height === undefined) {
    const size =
      width === undefined ? heightOnly(source, height, options) : scaleToWidth(source, width, options)
    return same(keepsRatio ? boundSize(source, size, options, bounds) : size)
  }
  const target = { width, height }
  switch (options.fit) {
    case 'cover':
      return coverSizes(source, target, options)
    case 'contain': {
      const whole = insideSize(source, target, options)
      const result = { width: Math.max(width, whole.width), height: Math.max(height, whole.height) }
      return { whole, result }
    }
    case 'fill':
      return same({
        width: clampSide(source.width, width, options),
        height: clampSide(source.height, height, options),
      })
    case 'inside':
      return same(boundSize(source, insideSize(source, target, options), options, bounds))
    case 'outside':
      return same(boundSize(source, outsideSize(source, target, options), options, bounds))
  }
}

/** The box within its bounds: a missing side follows from the other one as long as no bound moves it. */
function boundBox(source: Size, { width, height }: TargetBox, bounds: Bounds): TargetBox {
  if (Object.values(bounds).every((bound) => bound === undefined)) return { width, height }
  const whole = {
    width: width ?? (height === undefined ? source.width : scaleSide(source.width, height, source.height)),
    height: height ?? (width === undefined ? source.height : scaleSide(source.height, width, source.width)),
  }
  const { minWidth = 1, maxWidth = whole.width, minHeight = 1, maxHeight = whole.height } = bounds
  return {
    width: Math.max(minWidth, Math.min(maxWidth, whole.width)),
    height: Math.max(minHeight, Math.min(maxHeight, whole.height)),
  }
}

/** A size of the source's ratio within bounds; the least sides have the last word. */
function boundSize(source: Size, size: Size, options: FitOptions, bounds: Bounds): Size {
  const { minWidth = 1, maxWidth, minHeight = 1, maxHeight } = bounds
  let bounded = size
  if (maxWidth !== undefined && bounded.width > maxWidth) bounded = scaleToWidth(source, maxWidth, options)
  if (maxHeight !== undefined && bounded.height > maxHeight)
    bounded = scaleToHeight(source, maxHeight, options)
  if (bounded.width < minWidth) bounded = scaleToWidth(source, minWidth, options)
  if (bounded.height < minHeight) bounded = scaleToHeight(source, minHeight, options)
  return bounded
}

function heightOnly(source: Size, height: number | undefined, options: FitOptions): Size {
  return height === undefined ? source : scaleToHeight(source, height, options)
}

/** `side × numerator ÷ denominator`, rounded half up, never below 1. Exact for sides below 2²⁵. */
export function scaleSide(side: number, numerator: number, denominator: number): number {
  return Math.max(1, Math.floor((2 * side * numerator + denominator) / (2 * denominator)))
}

/** The largest box of `aspect` (width : height) inside `source`; the cut side is rounded half up. */
export function largestOfAspect(source: Size, aspect: Size): Size {
  if (isWider(aspect, source)) {
    return { width: source.width, height: scaleSide(source.width, aspect.height, aspect.width) }
  }
  return { width: scaleSide(source.height, aspect.width, aspect.height), height: source.height }
}

function coverSizes(source: Size, box: Size, options: FitOptions): FittedSizes {
  const byWidth = isWider(box, source)
  const grows = byWidth ? box.width > source.width : box.height > source.height
  if (grows && !options.upscale) return { whole: source, result: largestOfAspect(source, box) }
  return { whole: outsideSize(source, box, options), result: box }
}

function insideSize(source: Size, box: Size, options: FitOptions): Size {
  return isWider(source, box)
    ? scaleToWidth(source, box.width, options)
    : scaleToHeight(source, box.height, options)
}

function outsideSize(source: Size, box: Size, options: FitOptions): Size {
  return isWider(source, box)
    ? scaleToHeight(source, box.height, options)
    : scaleToWidth(source, box.width, options)
}

function scaleToWidth(source: Size, width: number, options: FitOptions): Size {
  const side = clampSide(source.width, width, options)
  return { width: side, height: scaleSide(source.height, side, source.width) }
}

function scaleToHeight(source: Size, height: number, options: FitOptions): Size {
  const side = clampSide(source.height, height, options)
  return { width: scaleSide(source.width, side, source.height), height: side }
}

function clampSide(from: number, to: number, { upscale, downscale }: FitOptions): number {
  if (to > from) return upscale ? roundSide(to) : from
  return downscale ? roundSide(to) : from
}

/** Whether `a` has the larger width : height ratio, compared without division. */
export function isWider(a: Size, b: Size): boolean {
  return a.width * b.height > b.width * a.height
}

function same(size: Size): FittedSizes {
  return { whole: size, result: size }
}
