/**
 * Tone curves: functions of one channel value in 0–1, each rising, so that no detail turns over.
 *
 * Kept beside the steps as formulas, because an engine tabulates them at its own depth.
 */

/** What the amount of each shape means stands with its formula below. */
export type CurveShape = 'gamma' | 'exposure' | 'highlights' | 'shadows' | 'threshold'

/** The curve of a shape; results lie in 0–1. */
export function curve(shape: CurveShape, amount: number): (value: number) => number {
  switch (shape) {
    case 'gamma':
      return (value) => value ** (1 / amount)
    case 'exposure':
      return (value) => fromLinear(Math.min(1, toLinear(value) * 2 ** amount))
    // The weights are x²(1 − x) and x(1 − x)²: steepest slopes of 1, so amounts of −1 to 1 keep the curve rising.
    case 'highlights':
      return (value) => value + amount * value ** 2 * (1 - value)
    case 'shadows':
      return (value) => value + amount * value * (1 - value) ** 2
    case 'threshold':
      return (value) => (value * 255 >= amount ? 1 : 0)
  }
}

/** Light, 0–1, of an sRGB value in 0–1. Source: IEC 61966-2-1 */
export function toLinear(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
}

/** The sRGB value of light; the inverse of {@link toLinear}. */
export function fromLinear(light: number): number {
  return light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055
}
