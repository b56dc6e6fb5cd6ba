/**
 * From the raw path behind a mount to the path of an asset.
 *
 * The path is percent-decoded exactly once, so `%2F` is a slash of the asset's path (clients that place a whole path
 * in one segment mean that) and `%252E` is the three characters `%2E`. What a file system, a header or a reader could
 * misread is refused, not repaired; the only rewriting is Unicode NFC, so both ways to write `é` find one asset.
 */
import { problem } from '../problem/index.ts'
import { quote } from './quote.ts'

/** Longest asset path, in bytes of UTF-8: what S3 and most file systems can hold as a key. */
export const maxPathBytes = 1024

/**
 * Decodes the raw path behind a mount.
 * @throws Problem `request/malformed`, `request/too-long`
 */
export function decodeAssetPath(raw: string): string {
  // Three characters of percent-encoding for each byte: longer ones need not be looked at.
  if (raw.length > maxPathBytes * 3) throw tooLong()
  if (/[^\x21-\x7e]/.test(raw)) {
    throw problem('request/malformed', {
      detail: `The path has characters that must be percent-encoded: ${quote(raw)}.`,
    })
  }
  let decoded = raw
  if (raw.includes('%')) {
    try {
      decoded = decodeURIComponent(raw)
    } catch {
      throw problem('request/malformed', {
        detail: `The path has a percent-encoding that is not valid UTF-8: ${quote(raw)}.`,
      })
    }
  }
  const path = normaliseAssetPath(decoded)
  if (typeof path === 'string') return path
  if (path.rule === 'length') throw tooLong()
  throw problem('request/malformed', { detail: `The image path ${path.sentence}: ${quote(decoded)}.` })
}

/** Why a text is no asset path; `sentence` completes "The path …". */
export interface PathFault {
  readonly rule: 'length' | 'form'
  readonly sentence: string
}

/** Checks a decoded path and returns it in NFC, or what is wrong with it. Used for URLs, payloads and uploads alike. */
export function normaliseAssetPath(decoded: string): string | PathFault {
  if (decoded.length > maxPathBytes)
    return { rule: 'length', sentence: `is longer than ${maxPathBytes} bytes` }
  if (decoded === '') return { rule: 'form', sentence: 'is empty' }
  if (!decoded.isWellFormed()) return { rule: 'form', sentence: 'is not valid Unicode' }
  // C0 and C1 controls end up in headers and terminals; a backslash is a separator on some systems.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
  if (/[\u0000-\u001f\u007f-\u009f\\]/.test(decoded)) {
    return { rule: 'form', sentence: 'has a control character or a backslash' }
  }
  const path = decoded.normalize('NFC')
  for (const segment of path.split('/')) {
    if (segment === '') return { rule: 'form', sentence: 'has an empty segment' }
    if (segment === '.' || segment === '..') return { rule: 'form', sentence: `has the segment "${segment}"` }
  }
  if (utf8Length(path) > maxPathBytes)
    return { rule: 'length', sentence: `is longer than ${maxPathBytes} bytes` }
  return path
}

/** Encodes an asset path for a URL, slashes kept. The inverse of `decodeAssetPath`. */
export function encodeAssetPath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/')
}

/**
 * Splits the extension off the last segment. A leading dot is part of the name: `.profile` has no extension.
 * `stem` is what the extension-insensitive lookup compares.
 */
export function splitExtension(path: string): { readonly stem: string; readonly extension: string } {
  const nameStart = path.lastIndexOf('/') + 1
  const dot = path.lastIndexOf('.')
  if (dot <= nameStart) return { stem: path, extension: '' }
  return { stem: path.slice(0, dot), extension: path.slice(dot + 1) }
}

/** Bytes of a well-formed text in UTF-8. */
function utf8Length(text: string): number {
  let length = 0
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    // Each half of a surrogate pair stands for two of its four bytes.
    length += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 2 : 3
  }
  return length
}

function tooLong() {
  return problem('request/too-long', {
    detail: `An image path may have at most ${maxPathBytes} bytes.`,
    members: { maximum: maxPathBytes },
  })
}
