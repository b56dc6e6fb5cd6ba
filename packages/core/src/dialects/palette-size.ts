/** Sizes of palettes: what one, two, four or eight bits hold. */

/** The most of our sizes that is not above the number asked for, which is 2 at least. */
export function colorsUpTo(most: number): 2 | 4 | 16 | 256 | undefined {
  return ([256, 16, 4, 2] as const).find((size) => size <= most)
}
