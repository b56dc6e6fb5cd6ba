/**
 * Colours by their character, for interfaces that want an accent or a calm ground: vibrant and muted, each dark,
 * middle and light. A character that the picture does not have is absent.
 *
 * Saturation and lightness are those of HSL; targets, bounds and weights are those Android's Palette library
 * documents for its six targets (developer.android.com, read 2026-11-22).
 */
import { type SwatchName, swatchNames } from '../pool/picture-facts.ts'
import type { Rgb } from './oklab.ts'
import type { PaletteColour } from './palette.ts'

export type Swatches = Readonly<Partial<Record<SwatchName, Rgb>>>

/** Lowest, wanted and highest value, 0–1. */
type Range = readonly [least: number, target: number, most: number]

const middling: Range = [0.3, 0.5, 0.7]
const dark: Range = [0, 0.26, 0.45]
const light: Range = [0.55, 0.74, 1]
const strong: Range = [0.35, 1, 1]
const weak: Range = [0, 0.3, 0.4]

const targets: Readonly<Record<SwatchName, { saturation: Range; lightness: Range }>> = {
  vibrant: { saturation: strong, lightness: middling },
  vibrantDark: { saturation: strong, lightness: dark },
  vibrantLight: { saturation: strong, lightness: light },
  muted: { saturation: weak, lightness: middling },
  mutedDark: { saturation: weak, lightness: dark },
  mutedLight: { saturation: weak, lightness: light },
}

const weights = { saturation: 0.24, lightness: 0.52, share: 0.24 }

/** The best colour of the palette for each name; no colour has two names, the earlier name has it. */
export function swatchesOf(palette: readonly PaletteColour[]): Swatches {
  const largest = Math.max(0, ...palette.map(({ share }) => share))
  const free = new Set(palette)
  const swatches: Partial<Record<SwatchName, Rgb>> = {}
  for (const name of swatchNames) {
    const { saturation, lightness } = targets[name]
    let best: PaletteColour | undefined
    let most = 0
    for (const colour of free) {
      const [s, l] = saturationAndLightness(colour.rgb)
      if (!isWithin(s, saturation) || !isWithin(l, lightness)) continue
      const score =
        weights.saturation * (1 - Math.abs(s - saturation[1])) +
        weights.lightness * (1 - Math.abs(l - lightness[1])) +
        (weights.share * colour.share) / largest
      if (score > most) {
        best = colour
        most = score
      }
    }
    if (best === undefined) continue
    free.delete(best)
    swatches[name] = best.rgb
  }
  return swatches
}

function isWithin(value: number, [least, , most]: Range): boolean {
  return value >= least && value <= most
}

function saturationAndLightness(rgb: Rgb): readonly [number, number] {
  const high = Math.max(...rgb) / 255
  const low = Math.min(...rgb) / 255
  const lightness = (high + low) / 2
  if (high === low) return [0, lightness]
  return [(high - low) / (1 - Math.abs(2 * lightness - 1)), lightness]
}
