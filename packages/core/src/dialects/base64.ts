/**
 * Base64 and base64url for text, without a runtime's own functions: core runs on servers, edges and in browsers.
 *
 * Source: RFC 4648 §4, §5. Both alphabets are accepted, mixed too, padded or not.
 */

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Value of each ASCII code, 255 for what is no digit. */
const digits = new Uint8Array(128).fill(255)
for (let value = 0; value < 64; value++) digits[alphabet.charCodeAt(value)] = value
digits['+'.charCodeAt(0)] = 62
digits['/'.charCodeAt(0)] = 63

/** Text of base64-encoded UTF-8; `undefined` when a character, the length, the padding or the UTF-8 is wrong. */
export function decodeBase64Text(encoded: string): string | undefined {
  let end = encoded.length
  while (end > 0 && encoded.length - end < 2 && encoded[end - 1] === '=') end--
  if (end !== encoded.length && encoded.length % 4 !== 0) return undefined
  if (end % 4 === 1) return undefined
  const bytes = new Uint8Array((end * 3) >> 2)
  let written = 0
  let buffer = 0
  let bits = 0
  for (let at = 0; at < end; at++) {
    const digit = digits[encoded.charCodeAt(at)] ?? 255
    if (digit === 255) return undefined
    buffer = ((buffer << 6) | digit) & 0xffff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      bytes[written++] = (buffer >> bits) & 0xff
    }
  }
  return decodeUtf8(bytes)
}

/** base64url without padding of a text's UTF-8. The text must be well-formed. */
export function encodeBase64Url(text: string): string {
  const bytes = utf8Bytes(text)
  let encoded = ''
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b, c] = [bytes[at], bytes[at + 1], bytes[at + 2]]
    const group = (a << 16) | ((b ?? 0) << 8) | (c ?? 0)
    encoded += alphabet.charAt(group >> 18) + alphabet.charAt((group >> 12) & 63)
    if (b !== undefined) encoded += alphabet.charAt((group >> 6) & 63)
    if (c !== undefined) encoded += alphabet.charAt(group & 63)
  }
  return encoded
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  if (bytes.every((byte) => byte < 0x80)) return asciiText(bytes)
  let escaped = ''
  for (const byte of bytes) escaped += `%${byte < 16 ? '0' : ''}${byte.toString(16)}`
  try {
    // Strict about overlong forms and surrogates, which is the point.
    return decodeURIComponent(escaped)
  } catch {
    return undefined
  }
}

function asciiText(bytes: Uint8Array): string {
  let text = ''
  // In pieces: too many arguments overflow the stack.
  for (let at = 0; at < bytes.length; at += 4096)
    text += String.fromCharCode(...bytes.subarray(at, at + 4096))
  return text
}

function utf8Bytes(text: string): number[] {
  const bytes: number[] = []
  const escaped = encodeURIComponent(text)
  for (let at = 0; at < escaped.length; at++) {
    if (escaped[at] === '%') {
      bytes.push(Number.parseInt(escaped.slice(at + 1, at + 3), 16))
      at += 2
    } else bytes.push(escaped.charCodeAt(at))
  }
  return bytes
}
