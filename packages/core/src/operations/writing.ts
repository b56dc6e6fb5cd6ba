/** Text that a person reads: what of Unicode it may hold, and how its line ends are written. */
import * as z from 'zod'

/** CR LF, CR, VT, FF, NEL and Unicode's own separators. Source: Unicode 16 §5.8 */
const lineEnds = /\r\n|[\r\v\f\u0085\u2028\u2029]/g
/** What draws nothing and means nothing: the other control characters, surrogates on their own, noncharacters. */
const refused = /[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/u

/** Between 1 and `max` characters (code points); line ends become line feeds and tabs spaces. */
export function writing({ max }: { max: number }) {
  return z.string().transform((text, context) => {
    const written = text.replace(lineEnds, '\n').replaceAll('\t', ' ')
    const message = complaintAbout(written, max)
    if (message === undefined) return written
    context.issues.push({ code: 'custom', message, input: text })
    return z.NEVER
  })
}

function complaintAbout(text: string, max: number): string | undefined {
  if (text === '') return 'must not be empty'
  // A character has one or two units: no need to count what is far too long.
  if (text.length > 2 * max || [...text].length > max) return `must have at most ${max} characters`
  const bad = refused.exec(text.replaceAll('\n', ''))?.[0]?.codePointAt(0)
  if (bad === undefined) return undefined
  return `must not hold U+${bad.toString(16).toUpperCase().padStart(4, '0')}, which is no character to write`
}
