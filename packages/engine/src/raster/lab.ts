/** sRGB ↔ CIE LAB with the white of D65. Source: IEC 61966-2-1; CIE 15:2004 §8.2.1 */
import { fromLinear, toLinear } from '@fovea/core/model'

type Triple = readonly [number, number, number]

const white = [0.9505, 1, 1.089] as const
/** (6/29)³ and its neighbours in the CIE formula. */
const corner = 6 / 29

/** L 0–100, a and b from sRGB channels in 0–1. */
export function labOf([r, g, b]: Triple): Triple {
  const [red, green, blue] = [toLinear(r), toLinear(g), toLinear(b)]
  const x = stretch((0.4124 * red + 0.3576 * green + 0.1805 * blue) / white[0])
  const y = stretch((0.2126 * red + 0.7152 * green + 0.0722 * blue) / white[1])
  const z = stretch((0.0193 * red + 0.1192 * green + 0.9505 * blue) / white[2])
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
}

/** sRGB channels; beyond 0–1 where sRGB does not hold the colour. */
export function rgbOf([l, a, b]: Triple): Triple {
  const fy = (l + 16) / 116
  const x = white[0] * squeeze(fy + a / 500)
  const y = white[1] * squeeze(fy)
  const z = white[2] * squeeze(fy - b / 200)
  return [
    fromLinear(3.2406 * x - 1.5372 * y - 0.4986 * z),
    fromLinear(-0.9689 * x + 1.8758 * y + 0.0415 * z),
    fromLinear(0.0557 * x - 0.204 * y + 1.057 * z),
  ]
}

function stretch(value: number): number {
  return value > corner ** 3 ? Math.cbrt(value) : value / (3 * corner ** 2) + 4 / 29
}

function squeeze(value: number): number {
  return value > corner ? value ** 3 : 3 * corner ** 2 * (value - 4 / 29)
}
