/** Milliseconds per stage of one request, for `Server-Timing` and the stage histogram. */
export type Stage = 'auth' | 'lookup' | 'cache' | 'fetch' | 'queue' | 'decode' | 'ops' | 'encode'

export class Timings {
  readonly startedAt = performance.now()
  readonly #stages = new Map<Stage, number>()

  set(stage: Stage, ms: number): void {
    this.#stages.set(stage, ms)
  }

  /** Runs `work` and notes how long it took, also when it fails. */
  async measure<T>(stage: Stage, work: () => Promise<T>): Promise<T> {
    const from = performance.now()
    try {
      return await work()
    } finally {
      this.#stages.set(stage, performance.now() - from)
    }
  }

  get totalMs(): number {
    return performance.now() - this.startedAt
  }

  /** Value of `Server-Timing`, stages in the order they ran. */
  header(): string {
    const stages = [...this.#stages].map(([stage, ms]) => `${stage};dur=${rounded(ms)}`)
    return [...stages, `total;dur=${rounded(this.totalMs)}`].join(', ')
  }
}

function rounded(ms: number): string {
  return (Math.round(ms * 100) / 100).toString()
}
