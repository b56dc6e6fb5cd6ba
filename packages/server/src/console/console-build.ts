/**
 * Builds the console after the start, in a process of its own at the lowest priority: the first picture does not wait for
 * it. Whoever asks for the console before its time begins it at once.
 */
import { errorFields, type Log } from '../observe/index.ts'
import { runBehind } from '../run-behind.ts'
import { buildCommand, buildEntry } from './places.ts'

/** `idle`: nobody has begun, or it is done. */
export type ConsoleState = 'idle' | 'building' | 'failed'

export class ConsoleBuild {
  readonly #log: Log
  readonly #isWanted: boolean
  readonly #entry: string
  readonly #stopping = new AbortController()
  #state: ConsoleState = 'idle'
  #hasBegun = false

  /** @param isWanted `false`: somebody else builds, or nobody does */
  constructor(options: { readonly log: Log; readonly isWanted: boolean; readonly entry?: string }) {
    this.#log = options.log
    this.#isWanted = options.isWanted
    this.#entry = options.entry ?? buildEntry
  }

  get state(): ConsoleState {
    return this.#state
  }

  /** Begins unless it has begun, or is not to. */
  begin(): void {
    if (!this.#isWanted || this.#hasBegun || this.#stopping.signal.aborted) return
    this.#hasBegun = true
    this.#state = 'building'
    const { signal } = this.#stopping
    runBehind([this.#entry], { signal, complaint: 'The console could not be built' }).then(
      () => {
        this.#state = 'idle'
        this.#log.info({ event: 'console.built' })
      },
      (error: unknown) => {
        this.#state = 'failed'
        if (signal.aborted) return
        this.#log.error({ event: 'console.not-built', command: buildCommand, ...errorFields(error) })
      },
    )
  }

  stop(): void {
    this.#stopping.abort()
  }
}
