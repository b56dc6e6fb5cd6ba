/** The Gaussian blur of the metric: sigma 1.5, zero beyond the borders, as 11 taps in each direction. */
import type { Plane } from './xyb.ts'

const sigma = 1.5
const radius = 5

const taps = normalised(
  Array.from({ length: radius + 1 }, (_, distance) => Math.exp(-(distance ** 2) / (2 * sigma ** 2))),
)
const [t0 = 0, t1 = 0, t2 = 0, t3 = 0, t4 = 0, t5 = 0] = taps

function normalised(half: readonly number[]): readonly number[] {
  const sum = half.reduce((total, tap, distance) => total + (distance === 0 ? tap : 2 * tap), 0)
  return half.map((tap) => tap / sum)
}

/** Blurs `plane` into a new one. */
export function blurred(plane: Plane, width: number, height: number): Plane {
  // A margin of zeros on all sides, so that no sample needs a test.
  const stride = width + 2 * radius
  const rows = new Float32Array((height + 2 * radius) * width)
  const row = new Float32Array(stride)
  for (let y = 0; y < height; y++) {
    row.set(plane.subarray(y * width, (y + 1) * width), radius)
    const to = (y + radius) * width
    for (let x = 0, at = radius; x < width; x++, at++) rows[to + x] = weighted(row, at, 1)
  }
  const out = new Float32Array(width * height)
  for (let at = 0, from = radius * width; at < out.length; at++, from++) {
    out[at] = weighted(rows, from, width)
  }
  return out
}

/** The taps around `at`, `step` apart. */
function weighted(from: Float32Array, at: number, step: number): number {
  return (
    t0 * (from[at] ?? 0) +
    t1 * ((from[at - step] ?? 0) + (from[at + step] ?? 0)) +
    t2 * ((from[at - 2 * step] ?? 0) + (from[at + 2 * step] ?? 0)) +
    t3 * ((from[at - 3 * step] ?? 0) + (from[at + 3 * step] ?? 0)) +
    t4 * ((from[at - 4 * step] ?? 0) + (from[at + 4 * step] ?? 0)) +
    t5 * ((from[at - 5 * step] ?? 0) + (from[at + 5 * step] ?? 0))
  )
}
