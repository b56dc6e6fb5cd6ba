/**
 * sRGB ↔ OKLab: distances in it are close to what people see, so averages and clusters of colours are made in it.
 *
 * Source: Björn Ottosson, "A perceptual color space for image processing" (2020), matrices of 2021-01-25.
 */
import { fromLinear, toLinear } from '@fovea/core/model'

/** L 0–1, a and b about −0.4 to 0.4. */
export type OkLab = readonly [l: number, a: number, b: number]
/** Whole sRGB channels, 0–255. */
export type Rgb = readonly [r: number, g: number, b: number]

/** Linear light of each 8-bit value. */
export const linearOf: Float64Array = Float64Array.from({ length: 256 }, (_, value) => toLinear(value / 255))

/** Channels 0–255, rounded to whole numbers. */
export function okLabOf(r: number, g: number, b: number): OkLab {
  const red = linearOf[r] ?? 0
  const green = linearOf[g] ?? 0
  const blue = linearOf[b] ?? 0
  const l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
  const m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
  const s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ]
}

/** The nearest 8-bit sRGB colour, channels clamped and rounded half up. */
export function rgbOfOkLab([lightness, a, b]: OkLab): Rgb {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  return [
    eightBit(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    eightBit(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    eightBit(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ]
}

/** `#rrggbb`. */
export function hexOf(rgb: Rgb): string {
  return `#${rgb.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`
}

export function squaredDistance(one: OkLab, other: OkLab): number {
  return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2 + (one[2] - other[2]) ** 2
}

function eightBit(linear: number): number {
  return Math.round(255 * fromLinear(Math.min(1, Math.max(0, linear))))
}
