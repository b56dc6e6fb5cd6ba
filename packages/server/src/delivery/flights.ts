/**
 * Single-flight: however many clients want the same missing variant, the work is done once.
 *
 * A client that goes away only unsubscribes; the work is cancelled when the last one has gone. A cancelled flight
 * leaves the map at once, so the next client starts afresh instead of inheriting the cancellation.
 */
import { problem } from '@fovea/core'

export interface FlightControl {
  /** Fires when nobody waits any more. */
  readonly signal: AbortSignal
  /** Whether what the work read has changed since: the result may be answered, but not be kept. */
  readonly isOutdated: () => boolean
  /** Keeps the flight joinable until `after` has settled (the result is being stored). */
  linger(after: Promise<unknown>): void
}

export interface FlightPlan {
  readonly key: string
  /** What `outdate` names. */
  readonly group: string
  /** Fires when this client goes away. */
  readonly signal: AbortSignal
}

interface Flight<T> {
  readonly key: string
  readonly group: string
  readonly controller: AbortController
  subscribers: number
  isOutdated: boolean
  /** The result is there and only its storing goes on. */
  isMade: boolean
  result: Promise<T>
}

export class Flights<T> {
  readonly #joinable = new Map<string, Flight<T>>()
  readonly #airborne = new Set<Promise<unknown>>()

  /** Variants being made or stored. */
  get size(): number {
    return this.#airborne.size
  }

  /**
   * Waits for the work named `key`, starting it when nobody has. `part` is what this client had in it: it `started`
   * the work, `joined` it, or came when it was `made` already.
   * The result rejects with Problem `request/client-closed` when the client goes away first.
   */
  join(
    plan: FlightPlan,
    start: (control: FlightControl) => Promise<T>,
  ): { readonly part: 'started' | 'joined' | 'made'; readonly result: Promise<T> } {
    const running = this.#joinable.get(plan.key)
    if (plan.signal.aborted)
      return { part: 'joined', result: Promise.reject(problem('request/client-closed')) }
    const flight = running ?? this.#launch(plan, start)
    const part = flight.isMade ? 'made' : running === undefined ? 'started' : 'joined'
    return { part, result: this.#subscribe(flight, plan.signal) }
  }

  /** Lets the running work of a group end for those who wait for it; later clients start afresh. */
  outdate(group: string): void {
    for (const flight of this.#joinable.values()) {
      if (flight.group !== group) continue
      flight.isOutdated = true
      this.#joinable.delete(flight.key)
    }
  }

  /** Resolves when nothing is being made or stored. */
  async settled(): Promise<void> {
    while (this.#airborne.size > 0) await Promise.all(this.#airborne)
  }

  #launch({ key, group }: FlightPlan, start: (control: FlightControl) => Promise<T>): Flight<T> {
    const controller = new AbortController()
    const lingering: Promise<unknown>[] = []
    const control: FlightControl = {
      signal: controller.signal,
      isOutdated: () => flight.isOutdated,
      linger: (after) => lingering.push(after),
    }
    const flight: Flight<T> = {
      key,
      group,
      controller,
      subscribers: 0,
      isOutdated: false,
      isMade: false,
      result: start(control),
    }
    this.#joinable.set(key, flight)
    const landed = flight.result
      .then(
        () => {
          flight.isMade = true
          return Promise.allSettled(lingering)
        },
        () => undefined,
      )
      .finally(() => {
        this.#airborne.delete(landed)
        this.#ground(flight)
      })
    this.#airborne.add(landed)
    return flight
  }

  #ground(flight: Flight<T>): void {
    if (this.#joinable.get(flight.key) === flight) this.#joinable.delete(flight.key)
  }

  #subscribe(flight: Flight<T>, signal: AbortSignal): Promise<T> {
    flight.subscribers++
    return new Promise((resolve, reject) => {
      const leave = () => {
        flight.subscribers--
        if (flight.subscribers === 0) {
          this.#ground(flight)
          flight.controller.abort()
        }
        reject(problem('request/client-closed'))
      }
      signal.addEventListener('abort', leave, { once: true })
      flight.result.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave))
    })
  }
}
