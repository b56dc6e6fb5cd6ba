/** Radii of corners: in pixels, or in percent of both sides, which makes them elliptic. */
import type { Size } from '../geometry/size.ts'
import type { Corners } from '../steps/step.ts'
import { type Length, length, pixelsOf } from './length.ts'

/** Longer than any side: the largest radius that fits. */
export const maxRadius = 1_000_000

export function radius() {
  return length({ min: 0, maxPixels: maxRadius, isReal: true })
}

export function isSquare(radius: Length): boolean {
  return radius === 0 || radius === '0%'
}

/**
 * Corners of a box, clockwise from top left. Radii that overlap on a side are all reduced alike.
 * Source: CSS Backgrounds 3 §4.5
 */
export function cornersOf(radii: readonly [Length, Length, Length, Length], box: Size): Corners {
  const [tl, tr, br, bl] = radii.map((radius) => ({
    x: pixelsOf(radius, box.width),
    y: pixelsOf(radius, box.height),
  })) as unknown as Corners
  return fitted([tl, tr, br, bl], box)
}

/** Corners as they are, or reduced until no two overlap. */
export function fitted([tl, tr, br, bl]: Corners, { width, height }: Size): Corners {
  const share = (side: number, sum: number) => (sum === 0 ? 1 : side / sum)
  const factor = Math.min(
    1,
    share(width, tl.x + tr.x),
    share(width, bl.x + br.x),
    share(height, tl.y + bl.y),
    share(height, tr.y + br.y),
  )
  const reduced = ({ x, y }: Corners[number]) => ({ x: x * factor, y: y * factor })
  return [reduced(tl), reduced(tr), reduced(br), reduced(bl)]
}
