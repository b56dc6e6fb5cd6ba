/**
 * The guided filter: a coarse mask takes the edges of the picture it belongs to.
 *
 * Around each pixel the mask is told from the guide by a straight line. The lines are smooth, so they may be found on
 * a small copy and applied to the picture itself, whose edges they then have.
 * Source: He, Sun, Tang, "Guided Image Filtering" (2013); found small: He, Sun, "Fast Guided Filter" (2015)
 */
import type { Size } from '@fovea/core/model'
import { boxMeans } from './box-means.ts'

/** mask ≈ slope · guide + offset, for each pixel. */
export interface Lines {
  readonly slope: Float32Array
  readonly offset: Float32Array
}

/**
 * @param guide, mask 0–1, row-major, of one size
 * @param radius of the windows, px
 * @param epsilon variance of the guide, of values in 0–1, from which on it counts as an edge
 */
export function guidedLines(
  { guide, mask }: { readonly guide: Float32Array; readonly mask: Float32Array },
  size: Size,
  { radius, epsilon }: { readonly radius: number; readonly epsilon: number },
): Lines {
  const meanOf = (values: Float32Array) => boxMeans(values, size, radius)
  const guideMean = meanOf(guide)
  const maskMean = meanOf(mask)
  const productMean = meanOf(guide.map((value, at) => value * (mask[at] ?? 0)))
  const squareMean = meanOf(guide.map((value) => value * value))
  const slope = new Float32Array(guide.length)
  const offset = new Float32Array(guide.length)
  for (let at = 0; at < guide.length; at++) {
    const mean = guideMean[at] ?? 0
    const variance = (squareMean[at] ?? 0) - mean * mean
    const covariance = (productMean[at] ?? 0) - mean * (maskMean[at] ?? 0)
    slope[at] = covariance / (variance + epsilon)
    offset[at] = (maskMean[at] ?? 0) - (slope[at] ?? 0) * mean
  }
  return { slope: meanOf(slope), offset: meanOf(offset) }
}
