/** The candidate a caller most likely meant, for "did you mean …?" in messages. */

/** Longer words are not compared: keeps the work bounded whatever a caller sends. */
const maxLength = 64

/**
 * Nearest candidate by edit distance (case folded), `undefined` when none is within a third of the word's length
 * (at least 1, at most 4 edits). Ties go to the earlier candidate.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > maxLength) return undefined
  const wanted = word.toLowerCase()
  let best: string | undefined
  let fewest = Math.min(4, Math.max(1, Math.ceil(wanted.length / 3))) + 1
  for (const candidate of candidates) {
    const edits = editDistance(wanted, candidate.toLowerCase())
    if (edits < fewest) {
      fewest = edits
      best = candidate
    }
  }
  return best
}

/** Levenshtein distance with two rows; a swap of neighbours counts as two. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const change = a[row - 1] === b[column - 1] ? 0 : 1
      current[column] = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + change,
      )
    }
    previous = current
  }
  return previous[b.length] ?? 0
}
