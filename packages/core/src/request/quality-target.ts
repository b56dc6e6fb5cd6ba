/**
 * Words for a perceptual quality and the SSIMULACRA 2 scores they stand for.
 *
 * The scale is the metric's: 90 cannot be told from the original, 70 is high quality, 50 medium, 30 low.
 */
const words: ReadonlyMap<string, number> = new Map([
  ['auto', 70],
  ['auto:best', 85],
  ['auto:good', 75],
  ['auto:eco', 65],
  ['auto:low', 50],
])

/** Score of a search that was asked for without one. */
export const defaultTarget = 70
const least = 30
const most = 95

/** What `autoQuality` reads, for a sentence. */
export const autoQualityForms = `auto, auto:best, auto:good, auto:eco, auto:low or auto:${least} to auto:${most}`

/** The score that `auto`, a word or `auto:72` stands for; `undefined` for anything else. */
export function readAutoQuality(text: string): number | undefined {
  const word = words.get(text)
  if (word !== undefined) return word
  const score = /^auto:(\d\d)$/.exec(text)?.[1]
  return score !== undefined && Number(score) >= least && Number(score) <= most ? Number(score) : undefined
}

/** The shortest form of a score. */
export function autoQualityOf(target: number): string {
  return [...words].find(([, score]) => score === target)?.[0] ?? `auto:${target}`
}
