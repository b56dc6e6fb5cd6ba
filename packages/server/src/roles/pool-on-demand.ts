/**
 * Decoding children beside those of delivery, there while there is something to do: work that nobody waits for must
 * neither sit in the queue before a picture that somebody waits for, nor hold the children that would make it.
 */
import type { EnginePool } from '@fovea/engine/pool'

type Work = Pick<EnginePool, 'probe' | 'run'>

/** Children wait so long for more work, ms. */
const idleMs = 20_000

export class PoolOnDemand implements Work {
  readonly #start: () => EnginePool
  #pool: EnginePool | undefined
  #busy = 0
  #timer: NodeJS.Timeout | undefined

  constructor(start: () => EnginePool) {
    this.#start = start
  }

  readonly probe: Work['probe'] = (...wanted) => this.#use((pool) => pool.probe(...wanted))

  readonly run: Work['run'] = (...wanted) => this.#use((pool) => pool.run(...wanted))

  async close(): Promise<void> {
    clearTimeout(this.#timer)
    const pool = this.#pool
    this.#pool = undefined
    await pool?.close()
  }

  async #use<T>(work: (pool: EnginePool) => Promise<T>): Promise<T> {
    clearTimeout(this.#timer)
    this.#pool ??= this.#start()
    this.#busy++
    try {
      return await work(this.#pool)
    } finally {
      this.#busy--
      if (this.#busy === 0) this.#timer = setTimeout(() => void this.close(), idleMs).unref()
    }
  }
}
