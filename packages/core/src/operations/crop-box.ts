/** The numbers of a cut: one side at a time, and the largest box of an aspect. */
import { isWider, largestOfAspect } from '../geometry/fit.ts'
import { roundSide, type Size } from '../geometry/size.ts'
import { aspectSize } from './aspect.ts'
import { type Length, pixelsOf } from './length.ts'

/** What is said of one side of the box. */
export interface Axis {
  readonly start: Length | undefined
  readonly length: Length | undefined
  /** From the end of the box to that of the image. */
  readonly end: Length | undefined
}

export interface Span {
  readonly from: number
  /** 0 or less when the edges leave nothing. */
  readonly length: number
}

/**
 * Where edges put the box along a side of `side` px, each of its ends rounded half up; it may lie outside.
 * `undefined` when no edge is given.
 */
export function fixedSpan({ start, length, end }: Axis, side: number): Span | undefined {
  if (start === undefined && end === undefined) return undefined
  const before = start === undefined ? undefined : pixelsOf(start, side)
  const behind = end === undefined ? undefined : side - pixelsOf(end, side)
  if (length === undefined) {
    const from = rounded(before ?? 0)
    return { from, length: rounded(behind ?? side) - from }
  }
  const long = pixelsOf(length, side)
  const near = before ?? (behind ?? side) - long
  // A box that begins inside keeps a pixel inside.
  const from = near < side ? Math.min(side - 1, rounded(near)) : rounded(near)
  return { from, length: Math.max(1, rounded(near + long) - from) }
}

/** Length of a box that position places; the whole side when nothing is said. */
export function freeLength({ start, length, end }: Axis, side: number): number {
  if (length === undefined || start !== undefined || end !== undefined) return side
  return roundSide(pixelsOf(length, side))
}

interface Cut {
  readonly aspect: string | undefined
  readonly aspectTo: string | undefined
  readonly zoom: number
}

/** The largest box of an aspect (or of the nearer end of a range), made smaller by `zoom`. */
export function aspectBox(frame: Size, { aspect, aspectTo, zoom }: Cut): Size {
  const wanted =
    aspect === undefined ? frame : nearest(frame, aspectSize(aspect), aspectSize(aspectTo ?? aspect))
  const { width, height } = largestOfAspect(frame, wanted)
  return { width: roundSide(width / zoom), height: roundSide(height / zoom) }
}

/** The image's own aspect when it lies between the two, else the end it is nearer to. */
function nearest(frame: Size, one: Size, other: Size): Size {
  const [narrow, wide] = isWider(one, other) ? [other, one] : [one, other]
  if (isWider(narrow, frame)) return narrow
  return isWider(frame, wide) ? wide : frame
}

function rounded(place: number): number {
  return Math.floor(place + 0.5)
}
