/** Numbers of an address in the form our operations take. */

/** No image has a longer side; more is the same as this. */
export const largestPixels = 1_000_000

/** Percent with the four decimals that operations keep; what is above 0 stays so. */
export function percent(value: number): string {
  const rounded = Math.round(value * 10_000) / 10_000
  return `${rounded === 0 && value > 0 ? '0.0001' : rounded.toFixed(4).replace(/\.?0+$/, '')}%`
}
