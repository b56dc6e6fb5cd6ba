/** The colours of a sample, counted: what clusters are made of. */
import { type OkLab, okLabOf, squaredDistance } from './oklab.ts'
import type { Sample } from './sample.ts'

/** Mean colour of the pixels that share the first five bits of each channel. */
export interface Bin {
  readonly lab: OkLab
  /** Part of the sample's opacity, 0–1; all bins together are 1. */
  readonly share: number
}

const bins = 1 << 15

/** Bins that hold something, by their colour's number. Pixels count by their alpha; empty when all are transparent. */
export function histogramOf({ rgba }: Sample): readonly Bin[] {
  const counts = new Float64Array(bins)
  const sums = new Float64Array(bins * 3)
  let total = 0
  for (let at = 0; at < rgba.length; at += 4) {
    const [r = 0, g = 0, b = 0, alpha = 0] = [rgba[at], rgba[at + 1], rgba[at + 2], rgba[at + 3]]
    if (alpha === 0) continue
    const bin = ((r >> 3) << 10) | ((g >> 3) << 5) | (b >> 3)
    counts[bin] = (counts[bin] ?? 0) + alpha
    sums[bin * 3] = (sums[bin * 3] ?? 0) + r * alpha
    sums[bin * 3 + 1] = (sums[bin * 3 + 1] ?? 0) + g * alpha
    sums[bin * 3 + 2] = (sums[bin * 3 + 2] ?? 0) + b * alpha
    total += alpha
  }
  const found: Bin[] = []
  for (const [bin, count] of counts.entries()) {
    if (count === 0) continue
    const mean = (channel: number) => Math.round((sums[bin * 3 + channel] ?? 0) / count)
    found.push({ lab: okLabOf(mean(0), mean(1), mean(2)), share: count / total })
  }
  return found
}

/** Mean colour of bins, each by its share. Never called with none. */
export function meanLab(of: readonly Bin[]): OkLab {
  let l = 0
  let a = 0
  let b = 0
  let total = 0
  for (const { lab, share } of of) {
    l += lab[0] * share
    a += lab[1] * share
    b += lab[2] * share
    total += share
  }
  return [l / total, a / total, b / total]
}

/** Edge of a cell of OKLab in which bins are neighbours: a little more than a difference people notice at a glance. */
const cell = 0.04
const reach = 0.08
const shifts = 12

/**
 * The colour around which most of the sample lies: the densest place of OKLab, found in a grid and then followed
 * uphill by mean shift (Fukunaga & Hostetler 1975). `undefined` without bins.
 */
export function densestLab(of: readonly Bin[]): OkLab | undefined {
  const cells = Map.groupBy(of, ({ lab }) => keyOf(lab))
  let best: readonly Bin[] = []
  let bestShare = 0
  for (const [key] of cells) {
    const around = neighbours(key).flatMap((neighbour) => cells.get(neighbour) ?? [])
    const share = around.reduce((sum, bin) => sum + bin.share, 0)
    if (share > bestShare + 1e-12) {
      best = around
      bestShare = share
    }
  }
  if (best.length === 0) return undefined
  let centre = meanLab(best)
  for (let shift = 0; shift < shifts; shift++) {
    const near = of.filter(({ lab }) => squaredDistance(lab, centre) <= reach * reach)
    if (near.length === 0) break
    centre = meanLab(near)
  }
  return centre
}

function keyOf([l, a, b]: OkLab): number {
  const place = (value: number) => Math.floor((value + 1) / cell)
  return (place(l) * 256 + place(a)) * 256 + place(b)
}

function neighbours(key: number): readonly number[] {
  const around = [-1, 0, 1]
  return around.flatMap((l) => around.flatMap((a) => around.map((b) => key + (l * 256 + a) * 256 + b)))
}
