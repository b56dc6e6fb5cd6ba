/** The box that a resize means on the frame at hand, and what happens when the image is smaller. */
import {
  type Bounds,
  type Fit,
  type FittedSizes,
  largestOfAspect,
  scaleSide,
  type TargetBox,
} from '../geometry/fit.ts'
import { roundSide, type Size } from '../geometry/size.ts'
import { problem } from '../problem/index.ts'
import { aspectSize } from './aspect.ts'
import { type Length, pixelsOf } from './length.ts'

interface BoxParams extends Bounds {
  readonly width?: Length | undefined
  readonly height?: Length | undefined
  readonly aspect?: string | undefined
}

interface SmallerParams {
  readonly upscale: boolean
  readonly whenSmaller: 'fit' | 'keep' | 'refuse'
}

/** Sides in whole pixels, rounded half up; the one that is missing follows from the aspect where there is one. */
export function boxOf({ width, height, aspect }: BoxParams, frame: Size): TargetBox {
  const box = {
    width: width === undefined ? undefined : roundSide(pixelsOf(width, frame.width)),
    height: height === undefined ? undefined : roundSide(pixelsOf(height, frame.height)),
  }
  if (aspect === undefined) return box
  const ratio = aspectSize(aspect)
  if (box.width !== undefined)
    return { width: box.width, height: scaleSide(box.width, ratio.height, ratio.width) }
  if (box.height !== undefined)
    return { width: scaleSide(box.height, ratio.width, ratio.height), height: box.height }
  return largestOfAspect(frame, ratio)
}

/** Whether the ratio alone gives the result, so that nothing is cut, placed or distorted. */
export function isOneSided({ width, height, aspect, ...params }: BoxParams): boolean {
  const isBounded = Object.values(boundsIn(params)).some((bound) => bound !== undefined)
  return aspect === undefined && !isBounded && (width === undefined || height === undefined)
}

export function boundsIn({ minWidth, minHeight, maxWidth, maxHeight }: Bounds): Bounds {
  return { minWidth, minHeight, maxWidth, maxHeight }
}

/** `auto` decided: image and box lie the same way when both are upright or neither is; a square lies. */
export function fitOn(fit: Fit | 'auto', { width, height }: TargetBox, frame: Size): Fit {
  if (fit !== 'auto') return fit
  if (width === undefined || height === undefined) return 'inside'
  return width < height === frame.width < frame.height ? 'cover' : 'inside'
}

/** Whether `whenSmaller: keep` holds: a side of the box is longer than the image's. */
export function isLeftAlone({ upscale, whenSmaller }: SmallerParams, box: TargetBox, frame: Size): boolean {
  if (upscale || whenSmaller !== 'keep') return false
  return (box.width ?? 0) > frame.width || (box.height ?? 0) > frame.height
}

/**
 * `grown` is what the resize would make if it could enlarge.
 * @throws Problem `operation/impossible` when enlarging is refused and `grown` is larger than the image
 */
export function checkSmaller(
  { upscale, whenSmaller }: SmallerParams,
  { whole: grown }: FittedSizes,
  frame: Size,
): void {
  if (upscale || whenSmaller !== 'refuse') return
  if (grown.width <= frame.width && grown.height <= frame.height) return
  throw problem('operation/impossible', {
    detail: `resize would enlarge the image of ${frame.width}×${frame.height} px to ${grown.width}×${grown.height} px, which was refused`,
    members: { operation: 'resize', width: frame.width, height: frame.height },
  })
}
