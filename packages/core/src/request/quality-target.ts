/**
 * Words for a perceptual quality and the SSIMULACRA 2 scores they stand for.
 *
 * The scale is the metric's: 90 cannot be told from the original, 70 is high quality, 50 medium, 30 low.
 */
export const autoQualities = {
  auto: 70,
  'auto:best': 85,
  'auto:good': 75,
  'auto:eco': 65,
  'auto:low': 50,
} as const

export type AutoQuality = keyof typeof autoQualities

/** Score of a search that was asked for without one. */
export const defaultTarget: number = autoQualities.auto

export function isAutoQuality(word: unknown): word is AutoQuality {
  return typeof word === 'string' && Object.hasOwn(autoQualities, word)
}
