/** Reads `If-None-Match` (RFC 9110 §13.1.2): a list of tags compared weakly, or `*`. */
const entityTag = /(?:W\/)?("[\x21\x23-\x7e\x80-\xff]*")/g

/** Whether the client already holds the representation with this strong tag. */
export function holds(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false
  if (ifNoneMatch.trim() === '*') return true
  for (const found of ifNoneMatch.matchAll(entityTag)) if (found[1] === etag) return true
  return false
}
