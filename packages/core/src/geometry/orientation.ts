/** EXIF orientation (tag 0x0112): how the stored pixels must be moved to stand upright. */
import type { FocalPoint } from './gravity.ts'
import type { Size } from './size.ts'

export interface Orientation {
  /** Clockwise quarter turns, done first. */
  readonly quarters: 0 | 1 | 2 | 3
  /** Left ↔ right mirror, done after the turn. */
  readonly flop: boolean
}

/** Source: EXIF 2.32 §4.6.4, Orientation; index = tag value. */
const orientations: readonly Orientation[] = [
  { quarters: 0, flop: false },
  { quarters: 0, flop: false },
  { quarters: 0, flop: true },
  { quarters: 2, flop: false },
  { quarters: 2, flop: true },
  { quarters: 1, flop: true },
  { quarters: 1, flop: false },
  { quarters: 3, flop: true },
  { quarters: 3, flop: false },
]

/** Moves for a tag value; anything but 1–8 means upright, as viewers treat it. */
export function orientationOf(tag: number): Orientation {
  return orientations[tag] ?? { quarters: 0, flop: false }
}

/** Size of the upright image; `stored` is the size in the file. */
export function orientedSize(stored: Size, tag: number): Size {
  const { quarters } = orientationOf(tag)
  return turnedSize(stored, quarters)
}

/** Where a point of the upright image (parts of its sides, from the top left) lies in the file. */
export function storedPoint({ x, y }: FocalPoint, tag: number): FocalPoint {
  const { quarters, flop } = orientationOf(tag)
  let point = { x: flop ? 1 - x : x, y }
  for (let turn = 0; turn < quarters; turn++) point = { x: point.y, y: 1 - point.x }
  return point
}

/** Size after quarter turns. */
export function turnedSize({ width, height }: Size, quarters: 0 | 1 | 2 | 3): Size {
  return quarters % 2 === 1 ? { width: height, height: width } : { width, height }
}
