/**
 * CSS colours in, one canonical spelling out.
 *
 * Source: CSS Color 4 §4–§7 (hex, names, rgb, hsl), both comma and space syntax. Everything is sRGB 8 bit with
 * straight alpha; wider spaces (lab, oklch, color()) are refused by name rather than approximated.
 */
import { problem } from '../problem/index.ts'
import { colorNames } from './color-names.ts'

/** Colours as sRGB 8-bit channels with straight alpha in 0–1 (sharp's own form). */
export interface Rgba {
  readonly r: number
  readonly g: number
  readonly b: number
  readonly alpha: number
}

/** Longer text is no colour; keeps the work bounded whatever a caller sends. */
const maxLength = 64

/**
 * Canonical `#rrggbbaa` (lower case) of a CSS colour.
 * Channels are clamped to 0–255 and rounded half up; alpha is rounded half up to 1/255.
 * @throws Problem `request/invalid-parameter` naming the text
 */
export function parseColor(css: string): string {
  const color = readColor(css)
  if (color === undefined) {
    const shown = JSON.stringify(css.length > maxLength ? `${css.slice(0, maxLength)}…` : css)
    throw problem('request/invalid-parameter', {
      detail: `${shown} is not a CSS colour (a name, #rgb, #rrggbb, #rrggbbaa, rgb() or hsl())`,
    })
  }
  return color
}

/** Like `parseColor`, with `undefined` for what is no colour. */
export function readColor(css: string): string | undefined {
  if (css.length > maxLength) return undefined
  const text = css.trim().toLowerCase()
  if (text.startsWith('#')) return readHex(text.slice(1))
  const named = colorNames.get(text)
  if (named !== undefined) return named
  const call = /^(rgba?|hsla?)\(([^()]*)\)$/.exec(text)
  if (call === null) return undefined
  const parts = readArguments(call[2] ?? '')
  if (parts === undefined) return undefined
  return call[1]?.startsWith('rgb') ? readRgb(parts) : readHsl(parts)
}

/** Channels of a canonical `#rrggbbaa` (or any other CSS) colour. */
export function toRgba(color: string): Rgba {
  const canonical = /^#[0-9a-f]{8}$/.test(color) ? color : parseColor(color)
  const byte = (at: number) => Number.parseInt(canonical.slice(at, at + 2), 16)
  return { r: byte(1), g: byte(3), b: byte(5), alpha: byte(7) / 255 }
}

function readHex(digits: string): string | undefined {
  if (!/^(?:[0-9a-f]{3}|[0-9a-f]{4}|[0-9a-f]{6}|[0-9a-f]{8})$/.test(digits)) return undefined
  const full = digits.length <= 4 ? digits.replace(/./g, '$&$&') : digits
  return `#${full.padEnd(8, 'f')}`
}

interface Arguments {
  readonly channels: readonly [string, string, string]
  readonly alpha: string | undefined
  /** Commas between the channels: the older syntax, in which rgb() may not mix numbers and percentages. */
  readonly commas: boolean
}

function readArguments(list: string): Arguments | undefined {
  const commas = list.includes(',')
  const sides = commas ? [list] : list.split('/')
  const channels = (sides[0] ?? '').split(commas ? ',' : /\s+/).map((part) => part.trim())
  const parts = commas ? channels : channels.filter((part) => part !== '')
  const alpha = commas ? parts[3] : sides[1]?.trim()
  const [first, second, third] = parts
  if (first === undefined || second === undefined || third === undefined) return undefined
  if (parts.length > (commas ? 4 : 3) || sides.length > 2) return undefined
  return { channels: [first, second, third], alpha, commas }
}

function readRgb({ channels, alpha, commas }: Arguments): string | undefined {
  const percentages = channels.filter((part) => part.endsWith('%')).length
  if (commas && percentages !== 0 && percentages !== 3) return undefined
  const [r, g, b] = channels.map((part) => readNumber(part, 255))
  return toHex(r, g, b, readAlpha(alpha))
}

function readHsl({ channels: [h, s, l], alpha }: Arguments): string | undefined {
  const hue = readHue(h)
  if (hue === undefined || !s.endsWith('%') || !l.endsWith('%')) return undefined
  const saturation = readNumber(s, 1)
  const lightness = readNumber(l, 1)
  if (saturation === undefined || lightness === undefined) return undefined
  const light = clamp(lightness, 1)
  const chroma = clamp(saturation, 1) * Math.min(light, 1 - light)
  const channel = (shift: number) => {
    const k = (shift + hue / 30) % 12
    return 255 * (light - chroma * Math.max(-1, Math.min(k - 3, 9 - k, 1)))
  }
  return toHex(channel(0), channel(8), channel(4), readAlpha(alpha))
}

/** Degrees in [0, 360). */
function readHue(text: string): number | undefined {
  const match = /^([^a-z]+)(deg|grad|rad|turn)?$/.exec(text)
  const value = match === null || text.endsWith('%') ? undefined : readNumber(match[1] ?? '', 1)
  if (value === undefined) return undefined
  const perUnit = { deg: 1, grad: 0.9, rad: 180 / Math.PI, turn: 360 }[match?.[2] ?? 'deg'] ?? 1
  return (((value * perUnit) % 360) + 360) % 360
}

function readAlpha(text: string | undefined): number | undefined {
  return text === undefined ? 1 : readNumber(text, 1)
}

/** A number, or a percentage of `whole`. */
function readNumber(text: string, whole: number): number | undefined {
  const match = /^([+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d{1,3})?)(%?)$/.exec(text)
  if (match === null) return undefined
  const value = Number(match[1])
  return match[2] === '%' ? (value / 100) * whole : value
}

function toHex(r?: number, g?: number, b?: number, alpha?: number): string | undefined {
  if (r === undefined || g === undefined || b === undefined || alpha === undefined) return undefined
  return `#${[r, g, b, clamp(alpha, 1) * 255].map(hexByte).join('')}`
}

function hexByte(channel: number): string {
  return Math.floor(clamp(channel, 255) + 0.5)
    .toString(16)
    .padStart(2, '0')
}

function clamp(value: number, high: number): number {
  return Math.min(high, Math.max(0, value))
}
