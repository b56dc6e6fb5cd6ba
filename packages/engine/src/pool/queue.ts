/**
 * Which job may start next: two lanes by predicted CPU, admission by predicted bytes, bounded length.
 *
 * - First come, first served inside a lane; between lanes the older head goes first.
 * - The slow lane holds at most `slots − 1` slots (one where there is only one), so quick work always finds one.
 * - Jobs run together only while their predicted bytes fit; a job larger than the whole budget runs alone.
 * - A head that does not fit lets the other lane pass, but only for `patienceMs`: then nothing starts before it.
 * Pure bookkeeping: the clock comes in with each call.
 */
import type { Lane, PredictedCost } from './protocol.ts'

export interface Queued {
  readonly cost: PredictedCost
  /** Milliseconds of the monotonic clock. */
  readonly queuedAt: number
}

export interface QueueLimits {
  /** Jobs that can run at once: the number of children. */
  readonly slots: number
  /** Jobs that may wait beyond those which find a free slot. */
  readonly maxQueued: number
  readonly maxInflightBytes: number
}

const patienceMs = 1_000

export class JobQueue<J extends Queued> {
  readonly #limits: QueueLimits
  readonly #lanes: Readonly<Record<Lane, J[]>> = { fast: [], slow: [] }
  readonly #running = new Set<J>()
  #runningBytes = 0
  #runningSlow = 0

  constructor(limits: QueueLimits) {
    this.#limits = limits
  }

  get length(): number {
    return this.#lanes.fast.length + this.#lanes.slow.length
  }

  get running(): number {
    return this.#running.size
  }

  get runningBytes(): number {
    return this.#runningBytes
  }

  lengthOf(lane: Lane): number {
    return this.#lanes[lane].length
  }

  /** Whether one more job would wait beyond what the limits allow. */
  get isFull(): boolean {
    const free = Math.max(0, this.#limits.slots - this.running)
    return this.length >= this.#limits.maxQueued + free
  }

  add(job: J): void {
    this.#lanes[job.cost.lane].push(job)
  }

  /** Puts a job that lost its child before the others of its lane. */
  addFirst(job: J): void {
    this.#lanes[job.cost.lane].unshift(job)
  }

  /** Takes a waiting job out; `false` when it does not wait here. */
  remove(job: J): boolean {
    const lane = this.#lanes[job.cost.lane]
    const index = lane.indexOf(job)
    if (index >= 0) lane.splice(index, 1)
    return index >= 0
  }

  /** The next job that may start now; it counts as running until `finish`. */
  next(now: number): J | undefined {
    const heads = [this.#lanes.fast[0], this.#lanes.slow[0]].filter((head) => head !== undefined)
    heads.sort((a, b) => a.queuedAt - b.queuedAt)
    for (const head of heads) {
      if (head.cost.lane === 'slow' && this.#runningSlow >= Math.max(1, this.#limits.slots - 1)) continue
      if (this.#fits(head)) return this.#start(head)
      if (now - head.queuedAt > patienceMs) return undefined
    }
    return undefined
  }

  finish(job: J): void {
    if (!this.#running.delete(job)) return
    this.#runningBytes -= job.cost.bytes
    if (job.cost.lane === 'slow') this.#runningSlow--
  }

  /** Every waiting job, taken out. */
  clear(): readonly J[] {
    return [...this.#lanes.fast.splice(0), ...this.#lanes.slow.splice(0)]
  }

  #fits(job: J): boolean {
    return this.#running.size === 0 || this.#runningBytes + job.cost.bytes <= this.#limits.maxInflightBytes
  }

  #start(job: J): J {
    this.#lanes[job.cost.lane].shift()
    this.#running.add(job)
    this.#runningBytes += job.cost.bytes
    if (job.cost.lane === 'slow') this.#runningSlow++
    return job
  }
}
