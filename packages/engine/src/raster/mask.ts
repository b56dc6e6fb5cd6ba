/** A box with elliptic corners: clears alpha outside it or lays a colour there; edge pixels are parted by area. */
import type { Step } from '@fovea/core/model'
import { copyOf, fullOf, type Pixels, withChannels } from './pixels.ts'

type Mask = Extract<Step, { step: 'mask' }>
type Shape = Pick<Mask, 'left' | 'top' | 'width' | 'height' | 'corners'>

/** Lines sampled across each row of pixels: coverage is exact along x and a sum of this many along y. */
const linesPerRow = 16

/** Clears alpha outside; edge pixels keep the share of it that lies inside. */
export function mask(pixels: Pixels, step: Mask): Pixels {
  const ready = withChannels(pixels, 4)
  const data = copyOf(ready.data)
  forEachEdge(ready, step, (pixel, inside) => {
    const at = pixel * 4 + 3
    data[at] = Math.floor((data[at] ?? 0) * inside + 0.5)
  })
  return { ...ready, data }
}

/** Lays a colour over what is outside. */
export function encircle(pixels: Pixels, step: Extract<Step, { step: 'encircle' }>): Pixels {
  const { r, g, b, alpha } = step.color
  const ready = pixels.channels === 1 && r === g && g === b ? pixels : withChannels(pixels, 3)
  const { channels } = ready
  const data = copyOf(ready.data)
  const full = fullOf(data)
  const colour = [r, g, b].map((value) => (value * full) / 255)
  forEachEdge(ready, step, (pixel, inside) => {
    const at = pixel * channels
    const above = alpha * (1 - inside)
    const below = (1 - above) * (channels === 4 ? (data[at + 3] ?? 0) / full : 1)
    const whole = above + below
    if (whole === 0) return
    for (let channel = 0; channel < Math.min(3, channels); channel++) {
      const sum = above * (colour[channel] ?? 0) + below * (data[at + channel] ?? 0)
      data[at + channel] = Math.floor(Math.min(full, sum / whole) + 0.5)
    }
    if (channels === 4) data[at + 3] = Math.floor(Math.min(full, whole * full) + 0.5)
  })
  return { ...ready, data }
}

/** Calls for every pixel that is not wholly inside, with the share of it (0–1) that is. */
function forEachEdge(
  { width, height }: Pixels,
  shape: Shape,
  visit: (pixel: number, inside: number) => void,
): void {
  const covered = new Float64Array(width + 2)
  for (let y = 0; y < height; y++) {
    covered.fill(0)
    for (let line = 0; line < linesPerRow; line++) {
      const [from, to] = spanAt(shape, y + (line + 0.5) / linesPerRow)
      cover(covered, Math.max(0, from), Math.min(width, to))
    }
    let lines = 0
    for (let x = 0; x < width; x++) {
      lines += covered[x] ?? 0
      // Sums of shares miss a whole number by a hair.
      if (lines < linesPerRow - 1e-6) visit(y * width + x, Math.max(0, lines / linesPerRow))
    }
  }
}

/** Where a horizontal line at `y` enters and leaves the shape; an empty span outside. */
function spanAt({ left, top, width, height, corners }: Shape, y: number): readonly [number, number] {
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
