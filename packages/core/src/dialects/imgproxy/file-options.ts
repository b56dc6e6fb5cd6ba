/** Options about the file and its answer, each read into the settings. */
import { type Format, formatOfExtension, traitsOf } from '../../formats/index.ts'
import { problem } from '../../problem/index.ts'
import { mostMaxBytes } from '../../request/byte-budget.ts'
import { defaultTarget } from '../../request/quality-target.ts'
import { decodeBase64Text } from '../base64.ts'
import { isPlainName } from '../download-name.ts'
import { colorsUpTo } from '../palette-size.ts'
import { quote } from '../quote.ts'
import type { Arguments } from './arguments.ts'
import type { Settings } from './settings.ts'

type Reader = (parts: Arguments, settings: Settings) => void

const quality = { min: 0, max: 100 }

export const fileOptions = {
  strip_metadata(parts, settings) {
    parts.expect(1, 1)
    settings.stripMetadata = parts.flag(0) ?? true
  },
  keep_copyright(parts, settings) {
    parts.expect(1, 1)
    settings.keepCopyright = parts.flag(0) ?? true
  },
  strip_color_profile(parts, settings) {
    parts.expect(1, 1)
    settings.stripProfile = parts.flag(0) ?? true
  },
  color_profile(parts) {
    parts.expect(1, 1)
    if (parts.text(0) !== 'srgb') throw parts.invalid('must be srgb')
  },
  quality(parts, settings) {
    parts.expect(1, 1)
    settings.quality = parts.integer(0, quality) || undefined
  },
  format_quality(parts, settings) {
    if (parts.count % 2 !== 0) throw parts.invalid('must be pairs of a format and a quality')
    const pairs = new Map(settings.formatQuality)
    for (let place = 0; place < parts.count; place += 2) {
      const value = parts.integer(place + 1, quality)
      if (value === undefined) throw parts.invalid('must have a quality for each format')
      pairs.set(formatNamed(parts, place), Math.max(1, value))
    }
    settings.formatQuality = pairs
  },
  autoquality(parts, settings) {
    parts.expect(1, 5)
    const method = parts.oneOf(0, ['none', 'size', 'dssim', 'ml']) ?? 'none'
    settings.target = undefined
    if (method === 'none') return
    if (!parts.from(2).isEmpty()) throw parts.invalid('has bounds and errors, which are not known here')
    if (method === 'size') {
      settings.maxBytes = parts.integer(1, { min: 1, max: mostMaxBytes })
      return
    }
    if ((parts.number(1, { min: 0, max: 1 }) ?? usualDssim) !== usualDssim)
      throw parts.invalid(`must aim at ${usualDssim}: qualities are sought by another measure here`)
    settings.target = defaultTarget
  },
  max_bytes(parts, settings) {
    parts.expect(1, 1)
    settings.maxBytes = parts.integer(0, { min: 0, max: mostMaxBytes }) || undefined
  },
  jpeg_options(parts, settings) {
    parts.expect(1, 6)
    settings.progressive = parts.flag(0) ?? settings.progressive
    const isWhole = parts.flag(1)
    if (isWhole !== undefined) settings.jpegChroma = isWhole ? '4:4:4' : '4:2:0'
    const isAdvanced = [2, 3, 4].some((place) => parts.flag(place) === true)
    if (isAdvanced || (parts.integer(5, { min: 0, max: 8 }) ?? 0) !== 0)
      throw parts.invalid('has switches of an encoder that are not known here: only the first two are')
  },
  png_options(parts, settings) {
    parts.expect(1, 3)
    settings.interlaced = parts.flag(0) ?? settings.interlaced
    settings.palette = parts.flag(1) ?? settings.palette
    const most = parts.integer(2, { min: 2, max: 256 })
    if (most !== undefined) settings.colors = colorsUpTo(most)
  },
  webp_options(parts, settings) {
    parts.expect(1, 3)
    settings.lossless = parts.oneOf(0, ['lossy', 'lossless']) === 'lossless'
    if (parts.flag(1) === true || parts.text(2) !== undefined)
      throw parts.invalid('has switches of an encoder that are not known here: only the first one is')
  },
  avif_options(parts, settings) {
    parts.expect(1, 1)
    const subsample = parts.oneOf(0, ['auto', 'on', 'off']) ?? 'auto'
    settings.avifChroma = subsample === 'auto' ? undefined : subsample === 'on' ? '4:2:0' : '4:4:4'
  },
  format(parts, settings) {
    parts.expect(1, 1)
    settings.format = parts.text(0) === 'best' ? 'best' : formatNamed(parts, 0)
  },
  page(parts, settings) {
    parts.expect(1, 1)
    settings.page = (parts.integer(0, { min: 0, max: 100_000 }) ?? 0) + 1
  },
  pages(parts, settings) {
    parts.expect(1, 1)
    if (parts.integer(0, { min: 1, max: 100_000 }) !== 1)
      throw parts.invalid('must be 1: pages are not joined')
    settings.oneFrame = true
  },
  disable_animation(parts, settings) {
    parts.expect(1, 1)
    settings.oneFrame = parts.flag(0) ?? false
  },
  skip_processing(parts, settings) {
    parts.expect(1, 20)
    settings.skips = new Set(
      parts.all().map((name) => {
        const format = formatOfExtension(name)
        if (format === undefined) throw parts.invalid('must name formats')
        return format
      }),
    )
  },
  raw(parts, settings) {
    parts.expect(1, 1)
    settings.raw = parts.flag(0) ?? false
  },
  cachebuster() {
    // The URL is another one, and that is all it is for.
  },
  cache_tags() {
    // Written into imgproxy's own cache; answers here carry tags of their own.
  },
  expires(parts, settings) {
    parts.expect(1, 1)
    settings.expiresAt = parts.integer(0, { min: 0, max: 253_402_300_799 }) || undefined
  },
  filename(parts, settings) {
    parts.expect(1, 2)
    settings.fileName = readFileName(parts)
  },
  return_attachment(parts, settings) {
    parts.expect(1, 1)
    settings.attachment = parts.flag(0) ?? false
  },
} as const satisfies Readonly<Record<string, Reader>>

/** imgproxy's usual target. */
const usualDssim = 0.02

/** @throws Problem `format/unavailable` for a format this server cannot write */
export function formatNamed(parts: Arguments, place: number): Format {
  const name = parts.text(place) ?? ''
  const format = formatOfExtension(name)
  if (format === undefined) throw parts.invalid(`must name an image format, not ${quote(name)}`)
  if (traitsOf(format).encode) return format
  throw problem('format/unavailable', { detail: `This server cannot write ${format}.`, members: { format } })
}

function readFileName(parts: Arguments): string | undefined {
  const text = parts.text(0)
  if (text === undefined) return undefined
  const name = parts.flag(1) === true ? decodeBase64Text(text) : unescaped(text)
  if (name === undefined || !isPlainName(name)) throw parts.invalid('must name a plain file')
  return name
}

function unescaped(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
