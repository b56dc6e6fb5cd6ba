/**
 * What a typical photo weighs at each quality: the first guess of a search, and the shape of the curve between two
 * measurements.
 *
 * Pictures differ in level by a factor of four, hardly in shape: one measurement sets the level, and the curve then
 * says within a few per cent which quality gives a wanted size. Measured with the settings of our encoders, mean of
 * 14 photos (7 for JPEG XL) at 600 px; the jumps are where an encoder keeps the whole colour resolution.
 */
import type { Format } from '@fovea/core/model'

/** Quality and natural logarithm of bytes per pixel. */
type Point = readonly [quality: number, logBytes: number]

// biome-ignore format: a table
const jpeg: readonly Point[] = [[1, -4.4], [5, -4.21], [10, -3.68], [15, -3.37], [20, -3.16], [30, -2.86], [40, -2.67], [50, -2.52], [60, -2.37], [70, -2.19], [80, -1.94], [85, -1.77], [89, -1.59], [90, -1.29], [93, -1.09], [95, -0.89], [98, -0.47], [100, 0.04]]
// biome-ignore format: a table
const webp: readonly Point[] = [[1, -3.95], [5, -3.82], [10, -3.62], [20, -3.34], [30, -3.13], [40, -2.96], [50, -2.81], [60, -2.69], [75, -2.49], [80, -2.29], [85, -2.06], [90, -1.77], [93, -1.54], [95, -1.35], [98, -1.06], [100, -0.72]]
// biome-ignore format: a table
const avif: readonly Point[] = [[1, -4.65], [5, -4.51], [10, -4.3], [20, -3.97], [30, -3.64], [40, -3.26], [50, -2.85], [60, -2.51], [70, -2.2], [79, -1.93], [80, -1.87], [85, -1.73], [90, -1.43], [95, -1], [98, -0.72], [100, -0.03]]
// biome-ignore format: a table
const jxl: readonly Point[] = [[1, -3.6], [5, -3.48], [10, -3.3], [20, -3.13], [30, -2.86], [50, -2.63], [60, -2.47], [70, -2.28], [80, -2.07], [90, -1.62], [95, -1.23], [98, -0.9], [100, 0.02]]

const curves: Readonly<Partial<Record<Format, readonly Point[]>>> = { jpeg, webp, avif, jxl, heif: avif }

/** Natural logarithm of the bytes per pixel of a typical photo; rises with quality. */
export function typicalLogBytes(format: Format, quality: number): number {
  const curve = curves[format] ?? jxl
  const above = curve.findIndex(([at]) => at >= quality)
  const [q1, log1] = curve[above] ?? [100, 0]
  const [q0, log0] = curve[above - 1] ?? [q1 - 1, log1]
  return log1 - ((log1 - log0) * (q1 - quality)) / (q1 - q0)
}

/** The largest whole quality of 1–100 whose typical size does not exceed `logBytes` per pixel; 1 when none. */
export function typicalQuality(format: Format, logBytes: number): number {
  let low = 1
  let high = 100
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (typicalLogBytes(format, middle) <= logBytes) low = middle
    else high = middle - 1
  }
  return low
}
