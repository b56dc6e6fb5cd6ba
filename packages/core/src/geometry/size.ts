/** Sizes and boxes in whole pixels. Every rounding in this folder is half up unless a function says otherwise. */

export interface Size {
  readonly width: number
  readonly height: number
}

/** Left/top inclusive, in pixels of the image it cuts. */
export interface Box extends Size {
  readonly left: number
  readonly top: number
}

/** Rounds half up (1.5 → 2, -1.5 → -1) and never below 1 px: no side of an image is ever empty. */
export function roundSide(side: number): number {
  return Math.max(1, Math.floor(side + 0.5))
}

export function ceilDiv(dividend: number, divisor: number): number {
  return Math.ceil(dividend / divisor)
}

export function sameSize(a: Size, b: Size): boolean {
  return a.width === b.width && a.height === b.height
}

/** Whether `box` lies fully inside an image of `size`. */
export function contains(size: Size, box: Box): boolean {
  return (
    box.left >= 0 &&
    box.top >= 0 &&
    box.width >= 1 &&
    box.height >= 1 &&
    box.left + box.width <= size.width &&
    box.top + box.height <= size.height
  )
}
