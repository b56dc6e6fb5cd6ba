/** Calendar months in UTC: what usage is counted by. */
export interface Period {
  /** `YYYY-MM`. */
  readonly name: string
  /** First second, Unix seconds. */
  readonly start: number
  /** First second of the next month. */
  readonly end: number
}

export function periodOf(unixMs: number): Period {
  const at = new Date(unixMs)
  const start = Date.UTC(at.getUTCFullYear(), at.getUTCMonth())
  const end = Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1)
  return { name: new Date(start).toISOString().slice(0, 7), start: start / 1000, end: end / 1000 }
}
