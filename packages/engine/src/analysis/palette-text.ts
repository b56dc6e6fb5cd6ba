/** A palette as JSON in imgix's form, the only public one, and as CSS classes. */
import type { PaletteOutput } from '@fovea/core/model'
import { type SwatchName, swatchNames } from '../pool/picture-facts.ts'
import { hexOf, type Rgb } from './oklab.ts'
import { type Colours, coloursOf, meanLuma } from './palette.ts'
import type { Sample } from './sample.ts'
import { type Swatches, swatchesOf } from './swatches.ts'

/** Colours that swatches are chosen from. */
const swatchSource = 16

/** Swatches of the picture, whatever the size of the palette that is asked for. */
export function swatchesIn(colours: Colours): Swatches {
  return swatchesOf(colours.palette(swatchSource))
}

export function paletteText(sample: Sample, { colors, as, prefix = 'image' }: PaletteOutput): string {
  const colours = coloursOf(sample)
  const palette = colours.palette(colors).map(({ rgb }) => rgb)
  const swatches = swatchesIn(colours)
  return as === 'json' ? json(palette, swatches, meanLuma(sample)) : css(palette, swatches, prefix)
}

function json(palette: readonly Rgb[], swatches: Swatches, luminance: number): string {
  const dominant = eachSwatch(swatches, (name, rgb) => [snake(name), colour(rgb)] as const)
  return JSON.stringify({
    colors: palette.map(colour),
    average_luminance: luminance,
    dominant_colors: Object.fromEntries(dominant),
  })
}

function css(palette: readonly Rgb[], swatches: Swatches, prefix: string): string {
  const numbered = palette.map((rgb, index) => pair(prefix, String(index + 1), rgb))
  const named = eachSwatch(swatches, (name, rgb) => pair(prefix, snake(name).replaceAll('_', '-'), rgb))
  return [...numbered, ...named].join('')
}

function pair(prefix: string, name: string, rgb: Rgb): string {
  const hex = hexOf(rgb)
  return `.${prefix}-fg-${name}{color:${hex}}\n.${prefix}-bg-${name}{background-color:${hex}}\n`
}

function eachSwatch<T>(swatches: Swatches, make: (name: SwatchName, rgb: Rgb) => T): readonly T[] {
  return swatchNames.flatMap((name) => {
    const rgb = swatches[name]
    return rgb === undefined ? [] : [make(name, rgb)]
  })
}

function colour(rgb: Rgb) {
  const [red, green, blue] = rgb.map((channel) => Math.round((channel / 255) * 1e6) / 1e6)
  return { red, green, blue, hex: hexOf(rgb) }
}

function snake(name: SwatchName): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
