/** Robust statistics of paired measurements. No distribution is assumed: the machines are shared and noisy. */
import { randomFrom } from '../../fixtures/random.ts'

export interface Interval {
  readonly median: number
  /** Bootstrap percentile interval of the median, 95 %. */
  readonly low: number
  readonly high: number
  readonly samples: number
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** Linear interpolation between order statistics; `q` in 0–1. Throws RangeError on an empty list. */
export function quantile(values: readonly number[], q: number): number {
  if (values.length === 0) throw new RangeError('A quantile needs at least one value')
  const sorted = values.toSorted((a, b) => a - b)
  const at = (sorted.length - 1) * q
  const lower = sorted[Math.floor(at)] ?? 0
  const upper = sorted[Math.ceil(at)] ?? lower
  return lower + (upper - lower) * (at - Math.floor(at))
}

/**
 * Median with a 95 % bootstrap interval (10 000 resamples, fixed seed so that a report can be recomputed).
 * Source: Efron & Tibshirani, An Introduction to the Bootstrap, 1993, §13 (percentile method).
 */
export function medianInterval(values: readonly number[], resamples = 10_000): Interval {
  const random = randomFrom(0x5eed)
  const medians = Array.from({ length: resamples }, () =>
    median(values.map(() => values[Math.floor(random() * values.length)] ?? 0)),
  )
  return {
    median: median(values),
    low: quantile(medians, 0.025),
    high: quantile(medians, 0.975),
    samples: values.length,
  }
}
