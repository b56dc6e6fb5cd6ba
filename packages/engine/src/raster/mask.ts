/** Clears alpha outside a box with elliptic corners; edge pixels keep the share of them that lies inside. */
import type { Step } from '@fovea/core'
import { copyOf, type Pixels, withChannels } from './pixels.ts'

type Mask = Extract<Step, { step: 'mask' }>

/** Lines sampled across each row of pixels: coverage is exact along x and a sum of this many along y. */
const linesPerRow = 16

export function mask(pixels: Pixels, step: Mask): Pixels {
  const ready = withChannels(pixels, 4)
  const { width, height } = ready
  const data = copyOf(ready.data)
  const covered = new Float64Array(width + 2)
  for (let y = 0; y < height; y++) {
    covered.fill(0)
    for (let line = 0; line < linesPerRow; line++) {
      const [from, to] = spanAt(step, y + (line + 0.5) / linesPerRow)
      cover(covered, Math.max(0, from), Math.min(width, to))
    }
    let lines = 0
    for (let x = 0, at = y * width * 4 + 3; x < width; x++, at += 4) {
      lines += covered[x] ?? 0
      // Sums of shares miss a whole number by a hair.
      if (lines < linesPerRow - 1e-6) data[at] = Math.floor(((data[at] ?? 0) * lines) / linesPerRow + 0.5)
    }
  }
  return { ...ready, data }
}

/** Where a horizontal line at `y` enters and leaves the shape; an empty span outside. */
function spanAt({ left, top, width, height, corners }: Mask, y: number): readonly [number, number] {
  const [topLeft, topRight, bottomRight, bottomLeft] = corners
  const below = y - top
  const above = top + height - y
  if (below < 0 || above < 0) return [0, 0]
  const start = Math.max(inset(topLeft, below), inset(bottomLeft, above))
  const end = Math.max(inset(topRight, below), inset(bottomRight, above))
  return [left + start, left + width - end]
}

/** How far the edge of a corner lies inside the box, `depth` px from the side where the corner begins. */
function inset({ x, y }: Mask['corners'][number], depth: number): number {
  if (depth >= y) return 0
  return x * (1 - Math.sqrt(1 - ((y - depth) / y) ** 2))
}

/**
 * Adds the share of each pixel that lies in [from, to), as differences to the pixel before: four numbers whatever
 * the length.
 */
function cover(differences: Float64Array, from: number, to: number): void {
  if (to <= from) return
  change(differences, from, 1)
  change(differences, to, -1)
}

/** From `place` on, every pixel is covered by so much more; the pixel it lies in only from there on. */
function change(differences: Float64Array, place: number, by: number): void {
  const pixel = Math.floor(place)
  const share = place - pixel
  differences[pixel] = (differences[pixel] ?? 0) + by * (1 - share)
  differences[pixel + 1] = (differences[pixel + 1] ?? 0) + by * share
}
