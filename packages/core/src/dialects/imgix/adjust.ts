/**
 * imgix's tone, colour, detail and style parameters as operations, in one order whatever the URL's: tone, colour,
 * detail, then style, where `threshold` follows the gradient map. Scales are those of docs/reference/adjustments.md.
 */
import type { OperationInput } from '../../operations/index.ts'
import { hiddenFaces } from '../hidden-faces.ts'
import type { ImgixParameters } from './reader.ts'

const signed = { min: -100, max: 100 }
const share = { min: 0, max: 100 }

export function adjustments(parameters: ImgixParameters, auto: readonly string[]): readonly OperationInput[] {
  const made: OperationInput[] = []
  const nonZero = (name: string, range: { readonly min: number; readonly max: number }) =>
    parameters.number(name, range) || undefined
  if (auto.includes('enhance')) made.push({ op: 'autoEnhance' })
  const bri = nonZero('bri', signed)
  if (bri !== undefined) made.push({ op: 'brightness', amount: bri })
  const con = nonZero('con', signed)
  if (con !== undefined) made.push({ op: 'contrast', amount: con })
  const exp = nonZero('exp', signed)
  if (exp !== undefined) made.push({ op: 'exposure', stops: exp / 20 })
  const gam = nonZero('gam', signed)
  if (gam !== undefined) made.push({ op: 'gamma', gamma: 2 ** (gam / 50) })
  const high = nonZero('high', { min: -100, max: 0 })
  if (high !== undefined) made.push({ op: 'highlights', amount: high })
  const shad = nonZero('shad', share)
  if (shad !== undefined) made.push({ op: 'shadows', amount: shad })
  const hue = parameters.integer('hue', { min: 0, max: 360 })
  const sat = parameters.number('sat', signed)
  if ((hue ?? 0) % 360 !== 0 || (sat ?? 0) !== 0)
    made.push({ op: 'modulate', hue: hue ?? 0, saturation: 1 + (sat ?? 0) / 100 })
  const vib = nonZero('vib', signed)
  if (vib !== undefined) made.push({ op: 'vibrance', amount: vib })
  if (parameters.flag('invert') === true) made.push({ op: 'invert' })
  return [...made, ...detail(parameters), ...style(parameters), ...faces(parameters)]
}

/** Behind all others, which might make somebody recognisable again. */
function faces(parameters: ImgixParameters): readonly OperationInput[] {
  const blur = parameters.integer('face-blur', share) ?? 0
  const pixel = parameters.integer('face-pixel', share) ?? 0
  return [
    ...(blur === 0 ? [] : [hiddenFaces('blur', blur, 100)]),
    ...(pixel === 0 ? [] : [hiddenFaces('pixelate', pixel, 100)]),
  ]
}

function detail(parameters: ImgixParameters): readonly OperationInput[] {
  const made: OperationInput[] = []
  const [nr, nrs] = [parameters.number('nr', signed), parameters.number('nrs', signed)]
  // The one that is missing beside the other is 20, as the vendor's table says; alone neither acts.
  if (nr !== undefined || nrs !== undefined) {
    const level = Math.max(0, nr ?? 20) / 10
    const edges = Math.max(0, nrs ?? 20)
    if (level > 0 || edges > 0) made.push({ op: 'denoise', level, edges })
  }
  const sharp = parameters.number('sharp', share) ?? 0
  if (sharp > 0) made.push({ op: 'sharpen', sigma: 1, flat: sharp / 50, jagged: sharp / 25 })
  const usm = parameters.number('usm', signed) ?? 0
  if (usm !== 0) {
    const sigma = Math.max(0.3, parameters.number('usmrad', { min: 0, max: 100 }) ?? 2.5)
    made.push({ op: 'unsharp', amount: usm, sigma })
  }
  return made
}

function style(parameters: ImgixParameters): readonly OperationInput[] {
  const made: OperationInput[] = []
  const blur = parameters.number('blur', { min: 0, max: 2_000 }) ?? 0
  if (blur > 0) made.push({ op: 'blur', sigma: Math.max(0.3, blur / 10) })
  const px = parameters.integer('px', share) ?? 0
  if (px > 1) made.push({ op: 'pixelate', block: px })
  const htn = parameters.number('htn', share) ?? 0
  if (htn > 0) made.push({ op: 'halftone', size: Math.max(2, htn) })
  const sepia = parameters.number('sepia', share) ?? 0
  if (sepia > 0) made.push({ op: 'sepia', amount: sepia })
  const color = parameters.color('monochrome')
  if (color !== undefined) {
    const amount = Number.parseInt(color.slice(7), 16) / 2.55
    made.push({ op: 'monochrome', color: `${color.slice(0, 7)}ff`, amount })
  }
  const [shadow, highlight] = parameters.colors('duotone', 2, 2) ?? []
  if (shadow !== undefined && highlight !== undefined) {
    const amount = parameters.number('duotone-alpha', share) ?? 100
    made.push({ op: 'duotone', shadow, highlight, amount })
  }
  const colors = parameters.colors('gradient-map', 2, 16)
  if (colors !== undefined) made.push({ op: 'gradientMap', colors: [...colors] })
  const threshold = parameters.number('threshold', share)
  if (threshold !== undefined) {
    const dither = parameters.flag('threshold-dither') ?? false
    made.push({ op: 'threshold', value: threshold * 2.55, dither })
  }
  return made
}
