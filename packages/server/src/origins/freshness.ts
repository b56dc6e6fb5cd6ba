/** How long an answer of an origin may be used without asking again. Source: RFC 9111 §4.2, §5.2.2 */

/** An origin that says nothing is asked again after an hour. */
const silentSeconds = 3_600
/** However often an origin wants to be asked, a burst of requests asks it once. */
const leastSeconds = 5
const mostSeconds = 365 * 86_400

/**
 * Seconds from now. `fixedSeconds` is the origin's setting and wins over what the answer says.
 * `no-store`, `no-cache` and `private` mean the least that is used at all.
 */
export function freshSeconds(
  headers: ReadonlyMap<string, string>,
  fixedSeconds: number | null,
  nowMs: number,
): number {
  if (fixedSeconds !== null) return fixedSeconds
  const directives = directivesOf(headers.get('cache-control') ?? '')
  if (['no-store', 'no-cache', 'private'].some((name) => directives.has(name))) return leastSeconds
  const said =
    secondsOf(directives.get('s-maxage')) ?? secondsOf(directives.get('max-age')) ?? expiresIn(headers, nowMs)
  const age = secondsOf(headers.get('age')) ?? 0
  return Math.min(mostSeconds, Math.max(leastSeconds, (said ?? silentSeconds) - age))
}

function directivesOf(header: string): ReadonlyMap<string, string> {
  const pairs = header
    .slice(0, 1_000)
    .split(',')
    .map((directive) => {
      const [name = '', value = ''] = directive.split('=', 2)
      return [name.trim().toLowerCase(), value.trim().replaceAll('"', '')] as const
    })
  return new Map(pairs)
}

function secondsOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined
}

function expiresIn(headers: ReadonlyMap<string, string>, nowMs: number): number | undefined {
  const expires = headers.get('expires')
  if (expires === undefined) return undefined
  // Numbers are dates to the parser of this language; to HTTP they are none.
  const at = /^[A-Za-z]/.test(expires) ? Date.parse(expires) : Number.NaN
  const date = Date.parse(headers.get('date') ?? '')
  // An unreadable date (commonly "0") means: already expired.
  return Number.isNaN(at) ? 0 : Math.floor((at - (Number.isNaN(date) ? nowMs : date)) / 1000)
}
