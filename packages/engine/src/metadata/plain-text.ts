/** Text of metadata as it may be shown: one line of readable characters, not too long. */

const maxLength = 2_000

/** UTF-8, else Latin-1, up to 2 000 characters; parts divided by NUL are joined by a space. */
export function plainText(bytes: Uint8Array): string {
  return plain(decode(bytes))
}

/** Without controls and broken characters, trimmed and cut. */
export function plain(text: string): string {
  const readable = text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').replace(/[\ufffd\p{Co}\p{Cs}]/gu, '')
  return [...readable.trim()].slice(0, maxLength).join('').trim()
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('latin1').decode(bytes)
  }
}
