/** Text of a query as forms write it: `+` is a space, percent-encoding is taken off once. */

/** `undefined` when the encoding, or what comes out of it, is no well-formed text. */
export function queryText(raw: string): string | undefined {
  const spaced = raw.includes('+') ? raw.replaceAll('+', ' ') : raw
  if (!spaced.includes('%')) return spaced.isWellFormed() ? spaced : undefined
  try {
    const text = decodeURIComponent(spaced)
    return text.isWellFormed() ? text : undefined
  } catch {
    return undefined
  }
}
