/**
 * Stretches tones to what the picture holds, by one table for red, green and blue.
 *
 * Reads all pixels first, transparent ones by as much as they show. Frames of an animation are read together, so that
 * none flickers.
 */
import type { Step } from '@fovea/core/model'
import { fullOf, type Pixels } from './pixels.ts'
import { lookUp, tableOf } from './tables.ts'

type Levels = Extract<Step, { step: 'levels' }>

/** Rec. 709 weights of the sRGB values. */
const weights = [0.2126, 0.7152, 0.0722] as const

export function levels(pixels: Pixels, step: Levels): Pixels {
  const full = fullOf(pixels.data)
  const histogram = histogramOf(pixels, full)
  const total = histogram.reduce((sum, weight) => sum + weight, 0)
  // Nothing can be seen.
  if (total === 0) return pixels
  const { low, high } = rangeOf(histogram, total, full, step)
  const stretch = (value: number) => Math.min(1, Math.max(0, (value / full - low) / (high - low)))
  const mean = histogram.reduce((sum, weight, value) => sum + weight * stretch(value), 0) / total
  const exponent = exponentFor(mean, step)
  const table = tableOf(pixels.data, (value) => {
    const better = stretch(value) ** exponent * full
    return value + (better - value) * step.amount
  })
  return lookUp(pixels, [table, table, table, undefined])
}

/** How much of the picture has each luma value. */
function histogramOf({ data, channels }: Pixels, full: number): Float64Array {
  const histogram = new Float64Array(full + 1)
  const [red, green, blue] = weights
  for (let at = 0; at < data.length; at += channels) {
    const first = data[at] ?? 0
    const luma =
      channels === 1 ? first : red * first + green * (data[at + 1] ?? 0) + blue * (data[at + 2] ?? 0)
    const seen = channels === 4 ? (data[at + 3] ?? 0) / full : 1
    const bin = Math.floor(luma + 0.5)
    histogram[bin] = (histogram[bin] ?? 0) + seen
  }
  return histogram
}

/** Tones (0–1) that become black and white; wider than what was found when the gain would be too large. */
function rangeOf(
  histogram: Float64Array,
  total: number,
  full: number,
  { clip, maxGain }: Levels,
): { low: number; high: number } {
  const low = percentile(histogram, total * clip) / full
  const high = percentile(histogram, total * (1 - clip)) / full
  const missing = 1 / maxGain - (high - low)
  if (missing <= 0) return { low, high }
  // What is missing is taken from both sides alike, and from one alone where the scale ends.
  const start = Math.min(1 - 1 / maxGain, Math.max(0, low - missing / 2))
  return { low: start, high: start + 1 / maxGain }
}

function percentile(histogram: Float64Array, rank: number): number {
  let seen = 0
  for (const [value, weight] of histogram.entries()) {
    seen += weight
    if (seen >= rank && seen > 0) return value
  }
  return histogram.length - 1
}

/** The power that takes the mean `midtones` of its way to the middle, within bounds. */
function exponentFor(mean: number, { midtones, maxGamma }: Levels): number {
  if (mean <= 0 || mean >= 1) return 1
  const wanted = mean + (0.5 - mean) * midtones
  const exponent = Math.log(wanted) / Math.log(mean)
  return Math.min(maxGamma, Math.max(1 / maxGamma, exponent))
}
