/** How far two pictures are from each other, as an eye would weigh it: colours count by their alpha. */
import type { Raster } from '../image.ts'

export interface Difference {
  readonly isSame: boolean
  readonly sizes: readonly [string, string]
  /** Mean absolute difference of a premultiplied channel, 0–255. */
  readonly mean: number
  /** The value that 99.9 % of the channels stay below. */
  readonly p999: number
  readonly hasAlpha: readonly [boolean, boolean]
}

const meanTolerance = 2.5
const p999Tolerance = 24

export function differenceOf(a: Raster, b: Raster): Difference {
  const sizes = [`${a.width}×${a.height}`, `${b.width}×${b.height}`] as const
  const hasAlpha = [a.channels === 4, b.channels === 4] as const
  if (sizes[0] !== sizes[1] || hasAlpha[0] !== hasAlpha[1]) {
    return { isSame: false, sizes, mean: 255, p999: 255, hasAlpha }
  }
  const [left, right] = [premultiplied(a), premultiplied(b)]
  const histogram = new Array<number>(256).fill(0)
  let sum = 0
  for (let index = 0; index < left.length; index++) {
    const difference = Math.abs((left[index] ?? 0) - (right[index] ?? 0))
    sum += difference
    const bin = Math.min(255, Math.ceil(difference))
    histogram[bin] = (histogram[bin] ?? 0) + 1
  }
  const mean = sum / left.length
  const p999 = quantile(histogram, left.length * 0.999)
  return { isSame: mean <= meanTolerance && p999 <= p999Tolerance, sizes, mean, p999, hasAlpha }
}

/** Four values a pixel: colour times alpha, and alpha. */
function premultiplied({ data, channels }: Raster): Float32Array {
  const pixels = data.length / channels
  const result = new Float32Array(pixels * 4)
  for (let pixel = 0; pixel < pixels; pixel++) {
    const alpha = channels === 4 ? (data[pixel * 4 + 3] ?? 0) : 255
    for (let channel = 0; channel < 3; channel++) {
      const at = channels === 1 ? pixel : pixel * channels + channel
      result[pixel * 4 + channel] = ((data[at] ?? 0) * alpha) / 255
    }
    result[pixel * 4 + 3] = alpha
  }
  return result
}

function quantile(histogram: readonly number[], rank: number): number {
  let seen = 0
  for (const [value, count] of histogram.entries()) {
    seen += count
    if (seen >= rank) return value
  }
  return 255
}
