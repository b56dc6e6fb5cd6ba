/** Clears alpha outside a box with elliptic corners; edge pixels keep the share of them that lies inside. */
import type { Step } from '@fovea/core'
import { fullOf, type Pixels, withChannels } from './pixels.ts'

type Mask = Extract<Step, { step: 'mask' }>

/** Lines sampled across each row of pixels: coverage is exact along x and a sum of this many along y. */
const linesPerRow = 16

export function mask(pixels: Pixels, step: Mask): Pixels {
  const ready = withChannels(pixels, 4)
  const { width, height } = ready
  const data = ready.data.slice()
  const full = fullOf(data)
  const coverage = new Float64Array(width)
  for (let y = 0; y < height; y++) {
    coverage.fill(0)
    for (let line = 0; line < linesPerRow; line++) {
      const [from, to] = spanAt(step, y + (line + 0.5) / linesPerRow)
      cover(coverage, Math.max(0, from), Math.min(width, to))
    }
    const row = y * width
    for (let x = 0; x < width; x++) {
      const share = Math.min(1, (coverage[x] ?? 0) / linesPerRow)
      const at = (row + x) * 4 + 3
      if (share < 1) data[at] = Math.min(full, (data[at] ?? 0) * share + 0.5)
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

/** Adds the share of each pixel that lies in [from, to). */
function cover(coverage: Float64Array, from: number, to: number): void {
  if (to <= from) return
  const [first, last] = [Math.floor(from), Math.ceil(to) - 1]
  for (let x = first; x <= last; x++) {
    coverage[x] = (coverage[x] ?? 0) + Math.min(to, x + 1) - Math.max(from, x)
  }
}
