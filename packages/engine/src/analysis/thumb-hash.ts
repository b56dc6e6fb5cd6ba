/**
 * ThumbHash: a picture's lowest frequencies in at most 25 bytes, with its aspect and its alpha.
 *
 * Source: the format description and reference of ThumbHash by Evan Wallace, read 2026-11-22
 */
import { correlation, cosines } from './cosines.ts'
import { fitted, type Sample } from './sample.ts'

/** The format's bound, px. */
const maxSide = 100

/** Waves of one plane: its mean, the others scaled to 0–1, and what they were scaled by. */
interface Waves {
  readonly mean: number
  readonly rest: readonly number[]
  readonly scale: number
}

export function thumbHash(sample: Sample): Uint8Array {
  const { rgba, width, height } = fitted(sample, maxSide)
  const { planes, hasAlpha } = planesOf(rgba)
  const longest = Math.max(width, height)
  const most = hasAlpha ? 5 : 7
  const across = Math.max(1, Math.round((most * width) / longest))
  const down = Math.max(1, Math.round((most * height) / longest))
  const size = { width, height }
  const light = wavesOf(planes.light, size, Math.max(3, across), Math.max(3, down))
  const yellow = wavesOf(planes.yellow, size, 3, 3)
  const red = wavesOf(planes.red, size, 3, 3)
  const alpha = hasAlpha ? wavesOf(planes.alpha, size, 5, 5) : undefined
  const isLandscape = width > height
  return Uint8Array.from([
    ...littleEndian(
      [
        [light.mean * 63, 6],
        [31.5 + 31.5 * yellow.mean, 6],
        [31.5 + 31.5 * red.mean, 6],
        [31 * light.scale, 5],
        [hasAlpha ? 1 : 0, 1],
      ],
      3,
    ),
    ...littleEndian(
      [
        [isLandscape ? down : across, 3],
        [63 * yellow.scale, 6],
        [63 * red.scale, 6],
        [isLandscape ? 1 : 0, 1],
      ],
      2,
    ),
    ...(alpha === undefined ? [] : nibbles([alpha.mean, alpha.scale])),
    ...nibbles([light, yellow, red, ...(alpha === undefined ? [] : [alpha])].flatMap(({ rest }) => rest)),
  ])
}

/** Lightness, yellow against blue, red against green, alpha; transparent pixels take the mean colour. */
function planesOf(rgba: Uint8Array) {
  const count = rgba.length / 4
  const mean = [0, 0, 0]
  let opacity = 0
  for (let at = 0; at < rgba.length; at += 4) {
    const alpha = (rgba[at + 3] ?? 0) / 255
    for (let channel = 0; channel < 3; channel++)
      mean[channel] = (mean[channel] ?? 0) + (alpha / 255) * (rgba[at + channel] ?? 0)
    opacity += alpha
  }
  const [meanRed = 0, meanGreen = 0, meanBlue = 0] = mean.map((sum) => (opacity > 0 ? sum / opacity : sum))
  const [light, yellow, red, alphas] = Array.from({ length: 4 }, () => new Float64Array(count)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  for (let pixel = 0, at = 0; pixel < count; pixel++, at += 4) {
    const alpha = (rgba[at + 3] ?? 0) / 255
    const r = meanRed * (1 - alpha) + (alpha / 255) * (rgba[at] ?? 0)
    const g = meanGreen * (1 - alpha) + (alpha / 255) * (rgba[at + 1] ?? 0)
    const b = meanBlue * (1 - alpha) + (alpha / 255) * (rgba[at + 2] ?? 0)
    light[pixel] = (r + g + b) / 3
    yellow[pixel] = (r + g) / 2 - b
    red[pixel] = r - g
    alphas[pixel] = alpha
  }
  return { planes: { light, yellow, red, alpha: alphas }, hasAlpha: opacity < count }
}

/** Waves below the diagonal of the `across` × `down` triangle, row by row. */
function wavesOf(
  plane: Float64Array,
  { width, height }: { readonly width: number; readonly height: number },
  across: number,
  down: number,
): Waves {
  const columns = cosines(across, width, 0.5)
  const found = cosines(down, height, 0.5).flatMap((wave, row) =>
    columns
      .filter((_, column) => column * down < across * (down - row))
      .map((column) => correlation(plane, column, wave)),
  )
  const [mean = 0, ...rest] = found
  const scale = Math.max(0, ...rest.map(Math.abs))
  return { mean, scale, rest: scale === 0 ? rest : rest.map((value) => 0.5 + (0.5 / scale) * value) }
}

/** Values rounded into fields of so many bits, the first lowest. */
function littleEndian(fields: readonly (readonly [value: number, bits: number])[], bytes: number): number[] {
  let packed = 0
  let shift = 0
  for (const [value, bits] of fields) {
    packed |= Math.round(value) << shift
    shift += bits
  }
  return Array.from({ length: bytes }, (_, byte) => (packed >> (8 * byte)) & 255)
}

/** Values of 0–1 in four bits each, the first in the lower half of its byte. */
function nibbles(values: readonly number[]): number[] {
  const levels = values.map((value) => Math.round(15 * value))
  return Array.from(
    { length: Math.ceil(levels.length / 2) },
    (_, byte) => (levels[byte * 2] ?? 0) | ((levels[byte * 2 + 1] ?? 0) << 4),
  )
}
