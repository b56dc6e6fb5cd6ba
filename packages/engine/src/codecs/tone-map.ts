/**
 * From light to the eye: linear scene values to 8-bit sRGB.
 *
 * Exposure stays as the file says; per channel, values up to ½ are kept as they are and what lies above runs into
 * white along Reinhard's curve (½ + ½·t⁄(1+t), t = (x−½)⁄½), which joins without a kink. So dark and middle tones
 * are those of a plain conversion, and highlights keep their drawing instead of being cut.
 */

const knee = 0.5

/** 0–255; NaN and negative light are black. */
export function toneMapped(light: number): number {
  if (!(light > 0)) return 0
  if (light === Number.POSITIVE_INFINITY) return 255
  const excess = (light - knee) / knee
  const mapped = light <= knee ? light : knee + (1 - knee) * (excess / (1 + excess))
  // IEC 61966-2-1
  const encoded = mapped <= 0.0031308 ? 12.92 * mapped : 1.055 * mapped ** (1 / 2.4) - 0.055
  return Math.round(encoded * 255)
}
