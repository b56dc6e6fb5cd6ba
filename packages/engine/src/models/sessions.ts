/** Sessions of models: opened when first wanted, shared, let go when nobody wants them for a while. */
import type { Session } from './model.ts'

export interface WantedSession {
  readonly id: string
  open(): Promise<Session>
  /** It stays, however long nobody wants it. */
  readonly isKept: boolean
}

interface Held {
  readonly session: Promise<Session>
  timer: NodeJS.Timeout | undefined
  running: number
}

export class Sessions {
  readonly #idleMs: number
  readonly #held = new Map<string, Held>()

  /** @param idleMs how long a session waits for the next picture */
  constructor(idleMs: number) {
    this.#idleMs = idleMs
  }

  /** @throws what `open` or `work` throws; what could not be opened is tried again next time */
  async use<T>({ id, open, isKept }: WantedSession, work: (session: Session) => Promise<T>): Promise<T> {
    const held = this.#held.get(id) ?? this.#open(id, open)
    clearTimeout(held.timer)
    held.running++
    try {
      return await work(await held.session)
    } finally {
      held.running--
      if (held.running === 0 && !isKept)
        held.timer = setTimeout(() => void this.#letGo(id), this.#idleMs).unref()
    }
  }

  #open(id: string, open: () => Promise<Session>): Held {
    const held: Held = { session: open(), timer: undefined, running: 0 }
    this.#held.set(id, held)
    held.session.catch(() => this.#held.delete(id))
    return held
  }

  async #letGo(id: string): Promise<void> {
    const held = this.#held.get(id)
    this.#held.delete(id)
    await (await held?.session)?.close()
  }
}
