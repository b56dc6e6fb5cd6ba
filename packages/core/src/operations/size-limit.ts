/** The guard every growing operation passes: no step may make an image the limits refuse. */
import type { Size } from '../geometry/size.ts'
import { problem } from '../problem/index.ts'
import type { Frame } from './frame.ts'

/** Whether the limits in force allow an image of `size` with the frame's number of pages. */
export function isWithinLimits(size: Size, frame: Frame): boolean {
  return refusal(size, frame) === undefined
}

/**
 * Returns `size` when the limits in force allow it.
 * @throws Problem `operation/too-large` naming the operation, the size and the limit
 */
export function withinLimits<S extends Size>(size: S, frame: Frame, op: string): S {
  const refused = refusal(size, frame)
  if (refused === undefined) return size
  throw problem('operation/too-large', {
    detail: `${op} would make an image of ${size.width}×${size.height} px; ${refused.text}`,
    members: { operation: op, width: size.width, height: size.height, limit: refused.limit },
  })
}

function refusal(
  { width, height }: Size,
  { pages, limits }: Frame,
): { limit: number; text: string } | undefined {
  const { maxSide, maxOutputPixels, maxAnimatedPixels } = limits
  if (Math.max(width, height) > maxSide)
    return { limit: maxSide, text: `the largest side allowed is ${maxSide} px` }
  if (width * height > maxOutputPixels) {
    return { limit: maxOutputPixels, text: `at most ${maxOutputPixels} pixels are allowed` }
  }
  if (pages > 1 && width * height * pages > maxAnimatedPixels) {
    return {
      limit: maxAnimatedPixels,
      text: `its ${pages} frames together may have at most ${maxAnimatedPixels} pixels`,
    }
  }
  return undefined
}
