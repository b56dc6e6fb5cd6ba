/** Where a line may end: Unicode's rules, and a dictionary for scripts that write no spaces between words. */
import LineBreaker from 'linebreak'

/** Thai, Lao, Khmer, Burmese. */
const withoutSpaces = /[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]+/gu

/**
 * UTF-16 indices behind which a line may end, rising, the text's length last.
 * Source: UAX #14; ICU's dictionaries inside runs of class SA
 */
export function breakOpportunities(text: string): readonly number[] {
  const breaker = new LineBreaker(text)
  const positions = new Set<number>([text.length])
  for (let found = breaker.nextBreak(); found !== null; found = breaker.nextBreak())
    positions.add(found.position)
  for (const match of text.matchAll(withoutSpaces)) {
    const words = new Intl.Segmenter('th', { granularity: 'word' }).segment(match[0])
    for (const { index } of words) if (index > 0) positions.add(match.index + index)
  }
  return [...positions].sort((a, b) => a - b)
}
