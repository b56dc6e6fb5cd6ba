/** Options about colours, detail and watermarks, each read into the settings. */
import { decodeBase64Text } from '../base64.ts'
import type { Arguments } from './arguments.ts'
import { centre, readGravity } from './gravity.ts'
import type { Settings, Watermark } from './settings.ts'

type Reader = (parts: Arguments, settings: Settings) => void

const unit = { min: 0, max: 1 }
const shift = { min: -255, max: 255 }
const factor = { min: 0, max: 25 }
const pixels = { min: 0, max: 1_000 }

export const lookOptions = {
  background(parts, settings) {
    parts.expect(1, 3)
    if (parts.count === 1) settings.background = parts.color(0)
    else settings.background = readRgb(parts)
  },
  adjust(parts, settings) {
    parts.expect(1, 3)
    settings.brightness = parts.number(0, shift) ?? settings.brightness
    settings.contrast = parts.number(1, factor) ?? settings.contrast
    settings.saturation = parts.number(2, factor) ?? settings.saturation
  },
  brightness(parts, settings) {
    parts.expect(1, 1)
    settings.brightness = parts.number(0, shift) ?? 0
  },
  contrast(parts, settings) {
    parts.expect(1, 1)
    settings.contrast = parts.number(0, factor) ?? 1
  },
  saturation(parts, settings) {
    parts.expect(1, 1)
    settings.saturation = parts.number(0, factor) ?? 1
  },
  monochrome(parts, settings) {
    parts.expect(1, 2)
    const intensity = parts.number(0, unit) ?? 0
    settings.monochrome = { intensity, color: parts.color(1) ?? '#b3b3b3ff' }
  },
  duotone(parts, settings) {
    parts.expect(1, 3)
    const intensity = parts.number(0, unit) ?? 0
    const [shadow, highlight] = [parts.color(1) ?? '#000000ff', parts.color(2) ?? '#ffffffff']
    settings.duotone = { intensity, shadow, highlight }
  },
  colorize(parts, settings) {
    parts.expect(1, 3)
    const opacity = parts.number(0, unit) ?? 0
    settings.colorize = { opacity, color: parts.color(1) ?? '#000000ff', keepsAlpha: parts.flag(2) ?? false }
  },
  gradient(parts, settings) {
    parts.expect(1, 5)
    const opacity = parts.number(0, unit) ?? 0
    const direction = parts.oneOf(2, ['down', 'up', 'right', 'left']) ?? 'down'
    if ((parts.number(3, unit) ?? 0) !== 0 || (parts.number(4, unit) ?? 1) !== 1)
      throw parts.invalid('must go over the whole picture, from 0 to 1')
    settings.gradient = { opacity, color: parts.color(1) ?? '#000000ff', angle: angles[direction] }
  },
  blur(parts, settings) {
    parts.expect(1, 1)
    settings.blur = parts.number(0, pixels) ?? 0
  },
  sharpen(parts, settings) {
    parts.expect(1, 1)
    settings.sharpen = parts.number(0, { min: 0, max: 10 }) ?? 0
  },
  unsharp_masking(parts, settings) {
    parts.expect(1, 3)
    const mode = parts.oneOf(0, ['auto', 'none', 'always']) ?? 'auto'
    const weight = parts.number(1, { min: 0.01, max: 100 }) ?? 1
    const divider = parts.number(2, { min: 0.01, max: 10_000 }) ?? usualDivider
    const amount = Math.min(1_000, (100 * weight * usualDivider) / divider)
    settings.unsharp = mode === 'none' ? undefined : { mode, amount }
  },
  pixelate(parts, settings) {
    parts.expect(1, 1)
    settings.pixelate = parts.integer(0, { min: 0, max: 512 }) ?? 0
  },
  blur_detections(parts, settings) {
    parts.expect(1, 3)
    const sigma = parts.number(0, pixels) ?? 0
    const names = parts.from(1).all()
    if (names.length === 0 || names.some((name) => name !== 'face' && name !== 'person'))
      throw parts.invalid('must have face or person behind sigma: nothing else is hidden')
    settings.hidden = sigma === 0 ? undefined : { what: names.includes('person') ? 'people' : 'faces', sigma }
  },
  watermark(parts, settings) {
    parts.expect(1, 5)
    settings.watermark = readWatermark(parts)
  },
  watermark_url(parts, settings) {
    parts.expect(1, 1)
    settings.watermarkUrl = decoded(parts)
  },
  watermark_text(parts, settings) {
    parts.expect(1, 1)
    const text = decoded(parts)
    if (text !== undefined && /[<&]/.test(text)) throw parts.invalid('must be a plain text, without markup')
    settings.watermarkText = text
  },
  watermark_size(parts, settings) {
    parts.expect(1, 2)
    settings.watermarkWidth = parts.integer(0, { min: 0, max: 1_000_000 }) ?? 0
    settings.watermarkHeight = parts.integer(1, { min: 0, max: 1_000_000 }) ?? 0
  },
  watermark_rotate(parts, settings) {
    parts.expect(1, 1)
    settings.watermarkAngle = parts.number(0, { min: -3_600, max: 3_600 }) ?? 0
  },
} as const satisfies Readonly<Record<string, Reader>>

/** What imgproxy divides by when nothing is said: the strength we call 100 %. */
const usualDivider = 24

/** Where the opaque end lies, as CSS has directions. */
const angles = { down: 180, up: 0, right: 90, left: 270 } as const

function readRgb(parts: Arguments): string {
  const channel = { min: 0, max: 255 }
  const channels = [0, 1, 2].map((place) => parts.integer(place, channel))
  if (channels.includes(undefined)) throw parts.invalid('must be hexadecimal digits, or red, green and blue')
  return `#${channels.map((value = 0) => value.toString(16).padStart(2, '0')).join('')}ff`
}

/** `opacity:position:x:y:scale`. */
function readWatermark(parts: Arguments): Watermark | undefined {
  const opacity = parts.number(0, unit) ?? 0
  const position = parts.text(1)
  if (position === 'ch') throw parts.invalid('cannot be laid like a chessboard here: re repeats it')
  if (position === 'sm' || position === 'fp')
    throw parts.invalid('must lie at a side, a corner, in the centre, or re')
  const far = { min: -1_000_000, max: 1_000_000 }
  const [x, y] = [parts.number(2, far) ?? 0, parts.number(3, far) ?? 0]
  if (position === 're' && x !== y)
    throw parts.invalid('must have the same distance both ways when it is repeated')
  const scale = parts.number(4, { min: 0, max: 10 }) ?? 0
  if (opacity === 0) return undefined
  const place =
    position === 're' ? 'repeated' : position === undefined ? centre : readGravity(parts.from(1).first(1))
  return { opacity, place, x, y, scale }
}

function decoded(parts: Arguments): string | undefined {
  const encoded = parts.text(0)
  if (encoded === undefined) return undefined
  const text = decodeBase64Text(encoded)
  if (text === undefined || text.trim() === '') throw parts.invalid('must be URL-safe base64 of a text')
  return text
}
