/** Shows a caller's own text inside an error: quoted, controls escaped, cut to a length that fits a log line. */

/** UTF-16 units. */
const longestShown = 64

export function quote(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(clip(value))
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'an object'
  return String(value)
}

/** A caller's name as an error member: well-formed and cut. */
export function clip(text: string): string {
  return text.length > longestShown ? `${text.slice(0, longestShown).toWellFormed()}…` : text.toWellFormed()
}
