/** Recent service times, from which a refused client learns when to come back. */
import type { Lane } from './protocol.ts'

/** Weight of the newest sample: about the last ten jobs count. */
const weight = 0.2
const maxSeconds = 60

export class ServiceTimes {
  readonly #meanMs: Record<Lane, number> = { fast: 100, slow: 1_000 }

  record(lane: Lane, ms: number): void {
    this.#meanMs[lane] += weight * (ms - this.#meanMs[lane])
  }

  /** Whole seconds (1–60) until what waits now has been worked off by `slots` children. */
  retryAfterSeconds(waiting: Readonly<Record<Lane, number>>, slots: number): number {
    const work = waiting.fast * this.#meanMs.fast + waiting.slow * this.#meanMs.slow
    return Math.min(maxSeconds, Math.max(1, Math.ceil(work / slots / 1_000)))
  }
}
