/**
 * A fingerprint that stays the same when a picture is re-encoded, resized or slightly adjusted.
 *
 * The picture over white, as luma (Rec. 601), shrunk to 32×32 whatever its aspect; of its DCT-II the 64 lowest
 * frequencies behind the mean, in zigzag order; each is 1 where it is above the median of all. Two pictures are
 * compared by the number of bits that differ: up to about 10 the same picture, around 32 different ones.
 *
 * Source: Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions" (2010) §3.2.1, with zigzag
 * order so that horizontal and vertical stripes count too.
 */
import { correlation, cosines } from './cosines.ts'
import { overWhite, type Sample, shrunk } from './sample.ts'

const side = 32
const bits = 64
/** Weaker waves are rounding, not picture: a flat one has the hash 0. In steps of luma. */
const weakest = 0.01

/** 16 hex digits, the lowest frequency first. */
export function perceptualHash(sample: Sample): string {
  const { rgba } = shrunk(overWhite(sample), side, side)
  const luma = Float64Array.from(
    { length: side * side },
    (_, pixel) =>
      0.299 * (rgba[pixel * 4] ?? 0) +
      0.587 * (rgba[pixel * 4 + 1] ?? 0) +
      0.114 * (rgba[pixel * 4 + 2] ?? 0),
  )
  const waves = cosines(side, side, 0.5)
  const strengths = zigzag(bits).map(([row, column]) => {
    const [across, down] = [waves[column], waves[row]]
    const strength = across === undefined || down === undefined ? 0 : correlation(luma, across, down)
    return Math.abs(strength) < weakest ? 0 : strength
  })
  const median = middle(strengths)
  const set = strengths.map((strength) => (strength > median ? 1 : 0))
  return Array.from({ length: bits / 4 }, (_, digit) =>
    Number.parseInt(set.slice(digit * 4, digit * 4 + 4).join(''), 2).toString(16),
  ).join('')
}

/** The first `count` places behind the corner, diagonal by diagonal. */
function zigzag(count: number): readonly (readonly [row: number, column: number])[] {
  const places: (readonly [number, number])[] = []
  for (let diagonal = 1; places.length < count; diagonal++) {
    for (let step = 0; step <= diagonal; step++) places.push([step, diagonal - step])
  }
  return places.slice(0, count)
}

function middle(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other)
  return ((sorted[sorted.length / 2 - 1] ?? 0) + (sorted[sorted.length / 2] ?? 0)) / 2
}
