/**
 * The rhythm of writing down what was counted in memory: every few seconds, when asked, and at the end. A request must
 * not wait for a disk because it was counted; a killed process loses the last seconds of counts.
 */
const everyMs = 5_000

export class Flusher {
  readonly #write: () => Promise<void>
  readonly #timer: NodeJS.Timeout
  #flushing: Promise<void> = Promise.resolve()

  /** `write` is called once at a time; what it cannot write it keeps for the next try. */
  constructor(write: () => Promise<void>) {
    this.#write = write
    this.#timer = setInterval(() => this.soon(), everyMs).unref()
  }

  /** Resolves when everything counted until now is written. */
  flush(): Promise<void> {
    this.#flushing = this.#flushing.catch(() => {}).then(this.#write)
    return this.#flushing
  }

  /** Writes without anybody waiting for it; the next round tries again what failed. */
  soon(): void {
    void this.flush().catch(() => {})
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.flush()
  }
}
