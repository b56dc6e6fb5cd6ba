/**
 * `Accept` folded to the few answers that matter, so that it can be part of a cache key.
 *
 * Only WebP and AVIF are negotiated, and only when the client names them: browsers that support neither send
 * wildcards too, so a wildcard never implies support.
 * Total on any text and linear: one scan over at most 8 192 characters.
 */
import type { Format } from '../formats/formats.ts'

/** Formats the client named, the one it likes better first; AVIF first when it likes both the same. */
export type AcceptBucket = 'none' | 'webp' | 'avif' | 'avif,webp' | 'webp,avif'

/** Real headers are below 300 characters; what stands behind this many is not read. */
const maxLength = 8192

/**
 * Bucket of an `Accept` header; `undefined` (no header) is `none`.
 * A format named twice counts with its larger q; a q that is no number from 0 to 1 counts as 0.
 * Source: RFC 9110 §12.5.1
 */
export function acceptBucket(header: string | undefined): AcceptBucket {
  if (header === undefined) return 'none'
  let webp = 0
  let avif = 0
  for (const entry of splitUnquoted(header.slice(0, maxLength), ',')) {
    const [type = '', ...parameters] = splitUnquoted(entry, ';')
    const name = type.trim().toLowerCase()
    if (name === 'image/webp') webp = Math.max(webp, quality(parameters))
    else if (name === 'image/avif') avif = Math.max(avif, quality(parameters))
  }
  if (avif > 0 && webp > 0) return webp > avif ? 'webp,avif' : 'avif,webp'
  if (avif > 0) return 'avif'
  return webp > 0 ? 'webp' : 'none'
}

/**
 * The first candidate the client can show. `candidates` is the project's order of preference and wins over the
 * client's order, except that a client which likes WebP better than AVIF gets WebP before AVIF.
 * JPEG, PNG and GIF need no mention in `Accept`. When nothing fits: JPEG, which every client shows.
 */
export function negotiateFormat(bucket: AcceptBucket, candidates: readonly Format[]): Format {
  const usable = candidates.filter((format) => isShown(format, bucket))
  const first = usable[0]
  if (first === undefined) return 'jpeg'
  return first === 'avif' && bucket === 'webp,avif' && usable.includes('webp') ? 'webp' : first
}

/** Every format the client can show, the better liked first: what a choice by content or size is made among. */
export function formatsFor(bucket: AcceptBucket): readonly [Format, ...Format[]] {
  switch (bucket) {
    case 'none':
      return ['jpeg', 'png', 'gif']
    case 'webp':
      return ['webp', 'jpeg', 'png', 'gif']
    case 'avif':
      return ['avif', 'jpeg', 'png', 'gif']
    case 'avif,webp':
      return ['avif', 'webp', 'jpeg', 'png', 'gif']
    case 'webp,avif':
      return ['webp', 'avif', 'jpeg', 'png', 'gif']
  }
}

function isShown(format: Format, bucket: AcceptBucket): boolean {
  switch (format) {
    case 'jpeg':
    case 'png':
    case 'gif':
      return true
    case 'webp':
    case 'avif':
      return bucket.split(',').includes(format)
    default:
      return false
  }
}

/** Value of `q`, 1 when absent. No pattern with two open ends: on runs of spaces it would be quadratic. */
function quality(parameters: readonly string[]): number {
  for (const parameter of parameters) {
    const equals = parameter.indexOf('=')
    if (equals < 0 || parameter.slice(0, equals).trim().toLowerCase() !== 'q') continue
    const value = parameter.slice(equals + 1).trim()
    return /^(?:0(?:\.\d*)?|1(?:\.0*)?)$/.test(value) ? Number(value) : 0
  }
  return 1
}

/** Splits at `separator`, not inside double-quoted strings (RFC 9110 §5.6.4). */
function splitUnquoted(text: string, separator: ',' | ';'): readonly string[] {
  if (!text.includes('"')) return text.split(separator)
  const parts: string[] = []
  let start = 0
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (quoted && character === '\\') at++
    else if (character === '"') quoted = !quoted
    else if (character === separator && !quoted) {
      parts.push(text.slice(start, at))
      start = at + 1
    }
  }
  parts.push(text.slice(start))
  return parts
}
