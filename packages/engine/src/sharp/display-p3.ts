/** Colours of sRGB in the values of Display P3. */
import { fromLinear, type Rgba, toLinear } from '@fovea/core/model'

/** Linear sRGB to linear Display P3; both have the white of D65. Source: SMPTE EG 432-1; CSS Color 4 §10.3 */
const toP3: readonly (readonly number[])[] = [
  [0.822462, 0.177538, 0],
  [0.033194, 0.966806, 0],
  [0.017083, 0.072397, 0.91052],
]

/** The same colour in the values of Display P3, whose tone curve is sRGB's. */
export function inDisplayP3({ r, g, b, alpha }: Rgba): Rgba {
  const light = [r, g, b].map((value) => toLinear(value / 255))
  const [red, green, blue] = toP3.map((row) => {
    const sum = row.reduce((total, weight, index) => total + weight * (light[index] ?? 0), 0)
    return Math.round(fromLinear(Math.min(1, Math.max(0, sum))) * 255)
  })
  return { r: red ?? 0, g: green ?? 0, b: blue ?? 0, alpha }
}

/** RGBA pixels of sRGB in the values of Display P3; for drawings, which have few colours. */
export function drawingInDisplayP3(rgba: Uint8Array): Uint8Array {
  const made = new Uint8Array(rgba)
  const known = new Map<number, Rgba>()
  for (let at = 0; at < rgba.length; at += 4) {
    const [r = 0, g = 0, b = 0] = [rgba[at], rgba[at + 1], rgba[at + 2]]
    const name = (r << 16) | (g << 8) | b
    const color = known.get(name) ?? inDisplayP3({ r, g, b, alpha: 1 })
    known.set(name, color)
    made[at] = color.r
    made[at + 1] = color.g
    made[at + 2] = color.b
  }
  return made
}
