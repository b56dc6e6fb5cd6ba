/**
 * Works off a queue in this process: a few pieces of work at a time, looked for when one is added here and every second
 * otherwise. Work that throws is repeated later, and given up after some attempts, so that what kills its process
 * does not do so for ever.
 */
import { errorFields, type Log } from '../observe/index.ts'
import type { JobOutcome } from './job.ts'
import { leaseMs } from './lease.ts'

/** Work in the hands of this process until its lease ends. */
interface Claimed {
  /** How often it has been taken up since it last moved on, this time included. */
  readonly attempt: number
}

/** Rows under leases: whoever has lost one can no longer write. */
export interface LeasedQueue<Work extends Claimed> {
  /** Called when this process has added work. Returns what ends it. */
  onAdded(listener: () => void): () => void
  /** Gives back what dead processes of this machine held. */
  reclaim(): Promise<void>
  claim(): Promise<Work | undefined>
  /** `false` when it has been lost; so does `settle`. */
  renew(work: Work): Promise<boolean>
  settle(work: Work, outcome: JobOutcome): Promise<boolean>
}

export interface LeaseRunnerOptions<Work extends Claimed> {
  readonly queue: LeasedQueue<Work>
  handle(work: Work, signal: AbortSignal): Promise<JobOutcome>
  /** Done or given up: what belonged to it may go. */
  readonly onEnded?: ((work: Work) => Promise<void>) | undefined
  /** How the log names the work and how loudly it speaks of each. */
  readonly logged: {
    readonly noun: string
    readonly level: 'info' | 'debug'
    fields(work: Work): Readonly<Record<string, unknown>>
  }
  readonly log: Log
  /** Pieces of work at a time. */
  readonly concurrency?: number
  readonly pollMs?: number
}

/** A handler says itself what it repeats; this is for what it did not foresee. */
const maxUnforeseen = 5
const unforeseenMs = 10_000

export class LeaseRunner<Work extends Claimed> {
  readonly #options: LeaseRunnerOptions<Work>
  readonly #stopping = new AbortController()
  readonly #running = new Set<Promise<void>>()
  readonly #unsubscribe: () => void
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> | undefined
  #isWanted = false

  /** Begins at once. */
  constructor(options: LeaseRunnerOptions<Work>) {
    this.#options = options
    this.#unsubscribe = options.queue.onAdded(() => this.#look())
    this.#looking = options.queue
      .reclaim()
      .catch((error: unknown) => this.#failed('jobs.not-reclaimed', error))
      .finally(() => {
        this.#looking = undefined
        this.#look()
      })
  }

  /** Takes up nothing more; what runs is told to stop and stays in the queue. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#unsubscribe()
    clearTimeout(this.#timer)
    await this.#looking
    await Promise.all(this.#running)
  }

  #look(): void {
    this.#isWanted = true
    if (this.#looking !== undefined || this.#stopping.signal.aborted) return
    clearTimeout(this.#timer)
    this.#looking = this.#takeAll()
      .catch((error: unknown) => this.#failed('jobs.not-taken', error))
      .finally(() => {
        this.#looking = undefined
        if (this.#isWanted) this.#look()
        else this.#timer = setTimeout(() => this.#look(), this.#options.pollMs ?? 1_000).unref()
      })
  }

  async #takeAll(): Promise<void> {
    const { queue, concurrency = 2 } = this.#options
    this.#isWanted = false
    while (this.#running.size < concurrency && !this.#stopping.signal.aborted) {
      const job = await queue.claim()
      if (job === undefined) return
      const running: Promise<void> = this.#work(job).finally(() => {
        this.#running.delete(running)
        this.#look()
      })
      this.#running.add(running)
    }
  }

  async #work(job: Work): Promise<void> {
    const { queue, handle, onEnded, log, logged } = this.#options
    const lost = new AbortController()
    const renewing = setInterval(() => {
      queue.renew(job).then(
        (isOurs) => {
          if (!isOurs) lost.abort(new Error('another process has taken the job'))
        },
        (error: unknown) => this.#failed('jobs.not-renewed', error),
      )
    }, leaseMs / 3).unref()
    try {
      const signal = AbortSignal.any([lost.signal, this.#stopping.signal])
      const outcome = await handle(job, signal).catch((error: unknown) => this.#unforeseen(job, error))
      const isOurs = await queue.settle(job, outcome)
      if (isOurs && (outcome.kind === 'done' || outcome.kind === 'failed')) await onEnded?.(job)
      log[logged.level]({
        event: `${logged.noun}.${outcome.kind}`,
        ...logged.fields(job),
        attempt: job.attempt,
        ...('error' in outcome ? { error: outcome.error } : {}),
      })
    } catch (error) {
      this.#failed('jobs.not-settled', error)
    } finally {
      clearInterval(renewing)
    }
  }

  #unforeseen(job: Work, error: unknown): JobOutcome {
    // Not the job's fault: the next process begins with it.
    if (this.#stopping.signal.aborted) return { kind: 'later', inMs: 0, error: 'the server stopped' }
    this.#failed(`${this.#options.logged.noun}.error`, error)
    const text = error instanceof Error ? error.message : String(error)
    return job.attempt >= maxUnforeseen
      ? { kind: 'failed', error: text }
      : { kind: 'later', inMs: unforeseenMs * job.attempt, error: text }
  }

  #failed(event: string, error: unknown): void {
    if (!this.#stopping.signal.aborted) this.#options.log.error({ event, ...errorFields(error) })
  }
}
