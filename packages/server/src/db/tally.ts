/** What is counted in memory until somebody writes it down: one merged entry per key. */
export class Tally<Key, Count> {
  readonly #merge: (a: Count, b: Count) => Count
  readonly #counts = new Map<Key, Count>()

  constructor(merge: (a: Count, b: Count) => Count) {
    this.#merge = merge
  }

  add(key: Key, count: Count): void {
    const before = this.#counts.get(key)
    this.#counts.set(key, before === undefined ? count : this.#merge(before, count))
  }

  /** Hands each entry to `store`, one after the other; one that cannot be stored stays, and those behind it. */
  async write(store: (key: Key, count: Count) => Promise<unknown>): Promise<void> {
    for (const [key, count] of [...this.#counts]) {
      this.#counts.delete(key)
      try {
        await store(key, count)
      } catch (error) {
        this.add(key, count)
        throw error
      }
    }
  }
}
