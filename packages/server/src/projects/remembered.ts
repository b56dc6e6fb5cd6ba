/**
 * A bounded memory of answers, least recently used dropped first.
 *
 * `forget` also reaches an answer that is still being fetched: it is handed to those who wait and not kept.
 */
export interface RememberedOptions {
  readonly limit: number
  readonly maxAgeMs: number
}

interface Entry<T> {
  readonly answer: Promise<T>
  readonly since: number
}

export class Remembered<T> {
  readonly #options: RememberedOptions
  readonly #entries = new Map<string, Entry<T>>()

  constructor(options: RememberedOptions) {
    this.#options = options
  }

  /** The remembered answer, else the one `fetch` gives; callers at the same moment share one fetch. */
  get(key: string, fetch: () => Promise<T>): Promise<T> {
    const known = this.#entries.get(key)
    if (known !== undefined) this.#entries.delete(key)
    if (known !== undefined && Date.now() - known.since < this.#options.maxAgeMs) {
      this.#entries.set(key, known)
      return known.answer
    }
    const entry = { answer: fetch(), since: Date.now() }
    this.#entries.set(key, entry)
    entry.answer.catch(() => {
      if (this.#entries.get(key) === entry) this.#entries.delete(key)
    })
    const oldest = this.#entries.keys().next().value
    if (this.#entries.size > this.#options.limit && oldest !== undefined) this.#entries.delete(oldest)
    return entry.answer
  }

  forget(key: string): void {
    this.#entries.delete(key)
  }
}
