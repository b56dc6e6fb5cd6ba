/**
 * Requests per minute and key, in this process's memory.
 *
 * A window starts with a caller's first request and is full again a minute later. Strangers (no key, or a wrong one)
 * are counted by address, so guessing keys is slow and never touches a customer's allowance. Bounded: when there are
 * too many windows the oldest is forgotten.
 */
export interface RateState {
  readonly limit: number
  readonly remaining: number
  /** When the window is full again, Unix seconds. */
  readonly resetAt: number
  /** Until then, whole seconds. */
  readonly secondsLeft: number
  readonly isAllowed: boolean
}

interface Window {
  used: number
  readonly endsAt: number
}

const windowMs = 60_000
const maxWindows = 50_000

export class RateLimiter {
  readonly #windows = new Map<string, Window>()
  readonly #now: () => number

  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  /** Counts one request. */
  take(who: string, limit: number): RateState {
    const now = this.#now()
    let window = this.#windows.get(who)
    if (window === undefined || window.endsAt <= now) {
      this.#windows.delete(who)
      window = { used: 0, endsAt: now + windowMs }
      this.#windows.set(who, window)
      const oldest = this.#windows.keys().next().value
      if (this.#windows.size > maxWindows && oldest !== undefined) this.#windows.delete(oldest)
    }
    window.used++
    return {
      limit,
      remaining: Math.max(0, limit - window.used),
      resetAt: Math.ceil(window.endsAt / 1000),
      secondsLeft: Math.ceil((window.endsAt - now) / 1000),
      isAllowed: window.used <= limit,
    }
  }
}
