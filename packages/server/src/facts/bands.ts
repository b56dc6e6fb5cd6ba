/**
 * Fingerprints cut into bands, so that an index finds those that differ little.
 *
 * Of two fingerprints that differ in `d` bits at least one of their four bands differs in no more than ⌊d / 4⌋: whoever
 * looks up each band with up to so many of its bits turned misses none. Exact, and nothing but neighbours is read.
 * Source: Norouzi, Punjani, Fleet, "Fast Search in Hamming Space with Multi-Index Hashing" (2012) §3
 */

export const bandNames = ['band_0', 'band_1', 'band_2', 'band_3'] as const

const digits = 4
const bits = 16

/** Farther ones need a thousand times more values, and are different pictures anyway. */
export const farthest = bandNames.length * 4 - 1

/** Numbers of 16 bits. A flat picture has a fingerprint without a bit, which tells it from no other flat one. */
export function bandsOf(fingerprint: string): readonly number[] | undefined {
  if (/^0*$/.test(fingerprint)) return undefined
  return bandNames.map((_, band) =>
    Number.parseInt(fingerprint.slice(band * digits, (band + 1) * digits), 16),
  )
}

/** Every value a band may have in a fingerprint up to `maxDistance` bits away. */
export function bandsWithin(band: number, maxDistance: number): readonly number[] {
  const turned = Math.floor(maxDistance / bandNames.length)
  return masks.slice(0, turned + 1).flatMap((all) => all.map((mask) => band ^ mask))
}

/** Masks of 16 bits by how many of them are set: none, one, two or three. */
const masks: readonly (readonly number[])[] = [0, 1, 2, 3].map((set) => masksOf(set, bits))

function masksOf(set: number, below: number): readonly number[] {
  if (set === 0) return [0]
  return Array.from({ length: below }, (_, bit) => bit).flatMap((bit) =>
    masksOf(set - 1, bit).map((mask) => mask | (1 << bit)),
  )
}
