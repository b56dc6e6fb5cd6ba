/**
 * Sources that killed their decoder. They are refused without work for some minutes.
 *
 * A second crash of one job bans its source at once. A kill for memory is not retried and counts as one strike:
 * how much a job takes depends on what was asked of the source too, so only the second strike bans it.
 * Bounded: the oldest entry leaves when the table is full.
 */
const strikesToBan = 2

/**
 * What is struck for a crash. Nobody knows which of several files it was, and a logo is on every picture, so only
 * those files together are banned; each alone is welcome.
 */
export function culpritOf(sourceIds: readonly string[]): string | undefined {
  return sourceIds.length > 1 ? JSON.stringify(sourceIds) : sourceIds[0]
}

interface Entry {
  strikes: number
  /** Milliseconds of the clock given to each call. */
  until: number
}

export class Quarantine {
  readonly #entries = new Map<string, Entry>()
  readonly #durationMs: number
  readonly #maxEntries: number

  constructor(options: { readonly durationMs: number; readonly maxEntries: number }) {
    this.#durationMs = options.durationMs
    this.#maxEntries = options.maxEntries
  }

  /** Seconds the source stays banned, rounded up; 0 when it is welcome. */
  remainingSeconds(sourceId: string, now: number): number {
    const entry = this.#entries.get(sourceId)
    if (entry === undefined) return 0
    if (entry.until <= now) {
      this.#entries.delete(sourceId)
      return 0
    }
    return entry.strikes >= strikesToBan ? Math.ceil((entry.until - now) / 1_000) : 0
  }

  /** Adds strikes; returns whether the source is banned now. */
  strike(sourceId: string, now: number, strikes: number): boolean {
    const before = this.#entries.get(sourceId)
    const entry = {
      strikes: strikes + (before !== undefined && before.until > now ? before.strikes : 0),
      until: now + this.#durationMs,
    }
    this.#entries.delete(sourceId)
    this.#entries.set(sourceId, entry)
    if (this.#entries.size > this.#maxEntries) {
      const oldest = this.#entries.keys().next()
      if (!oldest.done) this.#entries.delete(oldest.value)
    }
    return entry.strikes >= strikesToBan
  }

  /** Banned sources right now. */
  count(now: number): number {
    let banned = 0
    for (const entry of this.#entries.values())
      if (entry.strikes >= strikesToBan && entry.until > now) banned++
    return banned
  }
}
