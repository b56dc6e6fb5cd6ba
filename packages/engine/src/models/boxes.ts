/** What detectors have in common: boxes in a square become parts of the picture, and doubles fall away. */
import type { Point } from '@fovea/core'
import type { Found, Letterbox, Region } from './model.ts'

/** Corners in pixels of the square. */
export interface Corners {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** From the centre and the sides, px. */
export function cornersOf(x: number, y: number, width: number, height: number): Corners {
  return { left: x - width / 2, top: y - height / 2, right: x + width / 2, bottom: y + height / 2 }
}

/** The box as parts of the picture, clipped to it; undefined when it lies outside. */
export function regionIn(picture: Letterbox, corners: Corners): Region | undefined {
  const { x: left, y: top } = pointIn(picture, corners.left, corners.top)
  const { x: right, y: bottom } = pointIn(picture, corners.right, corners.bottom)
  if (right <= left || bottom <= top) return undefined
  return { left, top, width: right - left, height: bottom - top }
}

/** The point as parts of the picture's sides, kept inside. */
export function pointIn({ side, width, height }: Letterbox, x: number, y: number): Point {
  return { x: within(x / side / width), y: within(y / side / height) }
}

/** The point in the middle. */
export function between(a: Point, b: Point): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }
}

/** Best first; of those that overlap by more than `limit` (intersection over union, 0–1) only the best. */
export function withoutDoubles<T extends Found>(found: readonly T[], limit: number): readonly T[] {
  const kept: T[] = []
  for (const one of found.toSorted((a, b) => b.score - a.score)) {
    if (kept.every((better) => overlap(better, one) <= limit)) kept.push(one)
  }
  return kept
}

/** Intersection over union, 0–1. */
function overlap(a: Region, b: Region): number {
  const width = Math.min(a.left + a.width, b.left + b.width) - Math.max(a.left, b.left)
  const height = Math.min(a.top + a.height, b.top + b.height) - Math.max(a.top, b.top)
  if (width <= 0 || height <= 0) return 0
  const both = width * height
  return both / (a.width * a.height + b.width * b.height - both)
}

function within(value: number): number {
  return Math.min(1, Math.max(0, value))
}
