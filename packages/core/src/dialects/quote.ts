/** Shows a caller's value inside a sentence: quoted, control characters escaped, cut to a length that fits a log line. */
const longestShown = 64

export function quote(value: unknown): string {
  if (typeof value === 'string') {
    return JSON.stringify(
      value.length > longestShown ? `${value.slice(0, longestShown).toWellFormed()}…` : value.toWellFormed(),
    )
  }
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'an object'
  return String(value)
}
