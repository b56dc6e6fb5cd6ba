/** A small copy of a picture: all that colours, placeholders and fingerprints need to look at. */
import { type Pixels, withChannels } from '../raster/pixels.ts'

/** RGBA, row-major, 8 bit, straight alpha. */
export interface Sample {
  readonly rgba: Uint8Array
  readonly width: number
  readonly height: number
}

/** Pictures of so many pixels at most are looked at whole where a single transparent pixel counts. */
export const maxWholePixels = 16_000_000

/** Longest side of a sample, px: more changes no colour and no placeholder. */
export const sampleSide = 256

/** The picture (of an animation its first frame) with no side longer than `maxSide`, aspect kept. */
export function sampleOf(picture: Pixels, maxSide: number = sampleSide): Sample {
  const { width, height, channels } = picture
  const first: Pixels = { ...picture, data: picture.data.subarray(0, width * height * channels) }
  const { data } = withChannels(first, 4)
  const rgba =
    data instanceof Uint16Array ? Uint8Array.from(data, (value) => (value * 255 + 32_767) / 65_535) : data
  return fitted({ rgba, width, height }, maxSide)
}

/** The sample with no side longer than `maxSide`; sides are rounded half up, never below 1. */
export function fitted(sample: Sample, maxSide: number): Sample {
  const scale = maxSide / Math.max(sample.width, sample.height)
  if (scale >= 1) return sample
  const side = (length: number) => Math.max(1, Math.round(length * scale))
  return shrunk(sample, side(sample.width), side(sample.height))
}

/**
 * The sample at exactly this size: each pixel is the mean of the area it covers, colours weighted by alpha. Also
 * enlarges, to flat squares.
 */
export function shrunk(sample: Sample, width: number, height: number): Sample {
  if (width === sample.width && height === sample.height) return sample
  const columns = areas(sample.width, width)
  const rows = areas(sample.height, height)
  const rgba = new Uint8Array(width * height * 4)
  for (const [y, row] of rows.entries()) {
    for (const [x, column] of columns.entries()) {
      putMean(sample, row, column, rgba, (y * width + x) * 4)
    }
  }
  return { rgba, width, height }
}

/** The sample laid over white: what fingerprints and placeholders without alpha show. */
export function overWhite({ rgba, width, height }: Sample): Sample {
  const opaque = new Uint8Array(rgba.length)
  for (let at = 0; at < rgba.length; at += 4) {
    const alpha = rgba[at + 3] ?? 0
    for (let channel = 0; channel < 3; channel++) {
      opaque[at + channel] = Math.round(((rgba[at + channel] ?? 0) * alpha + 255 * (255 - alpha)) / 255)
    }
    opaque[at + 3] = 255
  }
  return { rgba: opaque, width, height }
}

/** Whether every pixel of the picture hides what lies behind it. */
export function isOpaque({ data, channels }: Pick<Pixels, 'data' | 'channels'>): boolean {
  const full = data instanceof Uint16Array ? 65_535 : 255
  for (let at = 3; channels === 4 && at < data.length; at += 4) if (data[at] !== full) return false
  return true
}

/** Source positions `first` … that one target position covers, and how much of each. */
interface Area {
  readonly first: number
  readonly weights: Float64Array
}

function areas(from: number, to: number): readonly Area[] {
  return Array.from({ length: to }, (_, target) => {
    const start = (target * from) / to
    const end = ((target + 1) * from) / to
    const first = Math.floor(start)
    const last = Math.min(from, Math.max(first + 1, Math.ceil(end)))
    const covered = (_: unknown, index: number) =>
      Math.min(end, first + index + 1) - Math.max(start, first + index)
    return { first, weights: Float64Array.from({ length: last - first }, covered) }
  })
}

/** Writes the mean of an area at `to`. Plain loops: a large picture has many millions of samples. */
function putMean(from: Sample, rows: Area, columns: Area, into: Uint8Array, to: number): void {
  const { rgba, width } = from
  let red = 0
  let green = 0
  let blue = 0
  let alpha = 0
  let area = 0
  for (let y = 0; y < rows.weights.length; y++) {
    const tall = rows.weights[y] ?? 0
    let at = ((rows.first + y) * width + columns.first) * 4
    for (let x = 0; x < columns.weights.length; x++, at += 4) {
      const weight = tall * (columns.weights[x] ?? 0)
      const opacity = weight * (rgba[at + 3] ?? 0)
      red += opacity * (rgba[at] ?? 0)
      green += opacity * (rgba[at + 1] ?? 0)
      blue += opacity * (rgba[at + 2] ?? 0)
      alpha += opacity
      area += weight
    }
  }
  if (alpha === 0) return
  into[to] = Math.round(red / alpha)
  into[to + 1] = Math.round(green / alpha)
  into[to + 2] = Math.round(blue / alpha)
  into[to + 3] = Math.round(alpha / area)
}
