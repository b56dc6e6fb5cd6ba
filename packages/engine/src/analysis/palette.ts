/**
 * The colours a picture is made of, always the same ones for the same pixels.
 *
 * Colours are counted (5 bits a channel) and clustered in OKLab by k-means. The first seed is the densest place, each
 * further one the bin that is farthest from all seeds for its size, so nothing is left to chance. Pixels count by
 * their alpha. A picture with fewer colours than asked for gives fewer.
 *
 * Source: Lloyd 1982; farthest-first seeding after Gonzalez 1985, weighted.
 */
import type { Pixels } from '../raster/pixels.ts'
import { type Bin, densestLab, histogramOf, meanLab } from './histogram.ts'
import { type OkLab, type Rgb, rgbOfOkLab, squaredDistance } from './oklab.ts'
import { overWhite, type Sample, sampleOf } from './sample.ts'

export interface PaletteColour {
  readonly rgb: Rgb
  /** Part of the picture that is nearest to this colour, 0–1, four decimals. */
  readonly share: number
}

/** Colours nearer than this are one (squared OKLab distance; 0.03 is just visible side by side). */
const least = 0.03 ** 2
const rounds = 24

/** Clusters that the dominant colour is looked for in. */
const dominantAmong = 6

/** The colours of one sample, counted once. */
export interface Colours {
  /** At most `count` colours, the one with the largest share first; none when every pixel is transparent. */
  palette(count: number): readonly PaletteColour[]
  /**
   * The colour around which most of the palette's first part lies: no mean, so half red and half blue is not purple.
   * `undefined` when every pixel is transparent.
   */
  dominant(): Rgb | undefined
  /** The mean of all pixels in OKLab; `undefined` when every one is transparent. */
  average(): Rgb | undefined
}

export function coloursOf(sample: Sample): Colours {
  const bins = histogramOf(sample)
  const clusters = new Map<number, readonly Cluster[]>()
  const clustersOf = (count: number) => {
    const known = clusters.get(count) ?? clustered(bins, count)
    clusters.set(count, known)
    return known
  }
  return {
    palette: (count) => clustersOf(count).map(({ rgb, share }) => ({ rgb, share })),
    dominant() {
      const lab = densestLab(clustersOf(dominantAmong)[0]?.bins ?? [])
      return lab === undefined ? undefined : rgbOfOkLab(lab)
    },
    average: () => (bins.length === 0 ? undefined : rgbOfOkLab(meanLab(bins))),
  }
}

/** The dominant colour of a picture of any size, of an animation the first frame; see `Colours`. */
export function dominantColour(picture: Pixels): Rgb | undefined {
  return coloursOf(sampleOf(picture)).dominant()
}

/** Mean luma (Rec. 709, of the encoded values) over white, 0–1, four decimals. */
export function meanLuma(sample: Sample): number {
  const { rgba } = overWhite(sample)
  let sum = 0
  for (let at = 0; at < rgba.length; at += 4)
    sum += 0.2126 * (rgba[at] ?? 0) + 0.7152 * (rgba[at + 1] ?? 0) + 0.0722 * (rgba[at + 2] ?? 0)
  return round4(sum / (rgba.length / 4) / 255)
}

interface Cluster extends PaletteColour {
  readonly bins: readonly Bin[]
}

/** Clusters by k-means, largest first. */
function clustered(bins: readonly Bin[], count: number): readonly Cluster[] {
  let centres = seeds(bins, count)
  let clusters = assign(bins, centres)
  for (let round = 0; round < rounds; round++) {
    const moved = clusters.map(
      (cluster, index): OkLab => (cluster.length === 0 ? (centres[index] ?? [0, 0, 0]) : meanLab(cluster)),
    )
    const isSettled = moved.every((centre, index) => squaredDistance(centre, centres[index] ?? centre) < 1e-9)
    centres = moved
    clusters = assign(bins, centres)
    if (isSettled) break
  }
  return merged(clusters.filter((cluster) => cluster.length > 0))
    .map((cluster) => ({ bins: cluster, rgb: rgbOfOkLab(meanLab(cluster)), share: shareOf(cluster) }))
    .sort((one, other) => other.share - one.share || numberOf(one.rgb) - numberOf(other.rgb))
}

function seeds(bins: readonly Bin[], count: number): readonly OkLab[] {
  const first = densestLab(bins)
  if (first === undefined || count < 1) return []
  const chosen = [first]
  const nearest = bins.map(({ lab }) => squaredDistance(lab, first))
  while (chosen.length < count) {
    let farthest = -1
    let most = 0
    for (const [index, { share }] of bins.entries()) {
      const distance = nearest[index] ?? 0
      // The root keeps a small red spot ahead of the hundredth shade of the sky.
      const pull = distance * Math.sqrt(share)
      if (distance >= least && pull > most) {
        farthest = index
        most = pull
      }
    }
    const next = bins[farthest]
    if (next === undefined) break
    chosen.push(next.lab)
    for (const [index, { lab }] of bins.entries())
      nearest[index] = Math.min(nearest[index] ?? 0, squaredDistance(lab, next.lab))
  }
  return chosen
}

/** Bins by the centre nearest to them; the first of equally near ones. */
function assign(bins: readonly Bin[], centres: readonly OkLab[]): Bin[][] {
  const clusters: Bin[][] = centres.map(() => [])
  for (const bin of bins) {
    let best = 0
    let shortest = Number.POSITIVE_INFINITY
    for (const [index, centre] of centres.entries()) {
      const distance = squaredDistance(bin.lab, centre)
      if (distance < shortest) {
        best = index
        shortest = distance
      }
    }
    clusters[best]?.push(bin)
  }
  return clusters
}

/** Clusters whose means nobody could tell apart become one. */
function merged(clusters: readonly Bin[][]): readonly Bin[][] {
  const kept: Bin[][] = []
  for (const cluster of clusters) {
    const centre = meanLab(cluster)
    const twin = kept.find((other) => squaredDistance(meanLab(other), centre) < least)
    if (twin === undefined) kept.push([...cluster])
    else twin.push(...cluster)
  }
  return kept
}

function shareOf(cluster: readonly Bin[]): number {
  return round4(cluster.reduce((sum, { share }) => sum + share, 0))
}

/** Four decimals: what is below is chance. */
function round4(value: number): number {
  return Math.round(value * 10_000) / 10_000
}

function numberOf([r, g, b]: Rgb): number {
  return (r << 16) | (g << 8) | b
}
