/** Means over square windows, whatever their size at the same cost. */
import type { Size } from '@fovea/core/model'

/** Of the 2 · radius + 1 px around each value; at the edges of what of them lies inside. Row-major. */
export function boxMeans(values: Float32Array, { width, height }: Size, radius: number): Float32Array {
  const across = new Float32Array(values.length)
  for (let row = 0; row < values.length; row += width) {
    let sum = 0
    for (let x = 0; x < Math.min(radius, width); x++) sum += values[row + x] ?? 0
    for (let x = 0; x < width; x++) {
      if (x + radius < width) sum += values[row + x + radius] ?? 0
      if (x > radius) sum -= values[row + x - radius - 1] ?? 0
      across[row + x] = sum / (Math.min(x + radius, width - 1) - Math.max(x - radius, 0) + 1)
    }
  }
  const means = new Float32Array(values.length)
  const sums = new Float64Array(width)
  const nothing = new Float32Array(width)
  const rowAt = (y: number) => across.subarray(y * width, (y + 1) * width)
  for (let y = 0; y < Math.min(radius, height); y++) slide(sums, rowAt(y), nothing)
  for (let y = 0; y < height; y++) {
    const below = y + radius < height ? rowAt(y + radius) : nothing
    slide(sums, below, y > radius ? rowAt(y - radius - 1) : nothing)
    const share = 1 / (Math.min(y + radius, height - 1) - Math.max(y - radius, 0) + 1)
    for (let x = 0, at = y * width; x < width; x++, at++) means[at] = (sums[x] ?? 0) * share
  }
  return means
}

/** Takes one row into the sums and another out of them. */
function slide(sums: Float64Array, into: Float32Array, out: Float32Array): void {
  for (let x = 0; x < sums.length; x++) sums[x] = (sums[x] ?? 0) + (into[x] ?? 0) - (out[x] ?? 0)
}
