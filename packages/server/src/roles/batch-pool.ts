/**
 * Decoding children for batches alone, there while there is something to do: a batch of thousands must neither sit in
 * the queue before a picture that somebody waits for, nor hold the children that would make it. They step back for
 * everything else on the machine: idle processors are theirs, of busy ones they get little.
 */
import type { EnginePool } from '@fovea/engine/pool'
import type { Config } from '../config.ts'
import { startBatchPool } from '../engine-pool.ts'
import type { Log } from '../observe/index.ts'

type Work = Pick<EnginePool, 'probe' | 'run'>

/** Children wait so long for the next picture, ms. */
const idleMs = 20_000

export class BatchPool implements Work {
  readonly #start: () => EnginePool
  #pool: EnginePool | undefined
  #busy = 0
  #timer: NodeJS.Timeout | undefined

  constructor(config: Config, log: Log) {
    this.#start = () => startBatchPool(config, log)
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
