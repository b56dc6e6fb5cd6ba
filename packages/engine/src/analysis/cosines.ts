/** Cosine waves: the alphabet of placeholders and fingerprints. */

/**
 * `count` waves over `length` positions: row k holds cos(π · k · (x + shift) / length). A shift of ½ is the DCT-II,
 * of 0 what BlurHash uses.
 */
export function cosines(count: number, length: number, shift: 0 | 0.5): readonly Float64Array[] {
  return Array.from({ length: count }, (_, wave) =>
    Float64Array.from({ length }, (_, x) => Math.cos((Math.PI * wave * (x + shift)) / length)),
  )
}

/** How much of a two-dimensional wave is in a plane of `across.length` × `down.length` values: their weighted mean. */
export function correlation(plane: Float64Array, across: Float64Array, down: Float64Array): number {
  let sum = 0
  for (let y = 0, at = 0; y < down.length; y++) {
    let row = 0
    for (let x = 0; x < across.length; x++, at++) row += (plane[at] ?? 0) * (across[x] ?? 0)
    sum += row * (down[y] ?? 0)
  }
  return sum / plane.length
}
