/**
 * Works off some kinds of jobs in this process: a few at a time, looked for when one is added here and every second
 * otherwise. Kinds that must not wait for each other have runners of their own. A job that throws is repeated later, and given up after some attempts, so that what kills its process
 * does not do so for ever.
 */
import { errorFields, type Log } from '../observe/index.ts'
import type { ClaimedJob, JobHandler, JobId, JobKind, JobOutcome } from './job.ts'
import { type JobQueue, leaseMs } from './job-queue.ts'

export interface JobRunnerOptions {
  readonly queue: JobQueue
  /** The kinds that are taken up, and what does them. */
  readonly handlers: { readonly [kind in JobKind]?: JobHandler }
  /** A job is done or given up: what belonged to it may go. */
  readonly onEnded?: (id: JobId) => Promise<void>
  readonly log: Log
  /** Jobs at a time. */
  readonly concurrency?: number
  readonly pollMs?: number
}

/** A handler says itself what it repeats; this is for what it did not foresee. */
const maxUnforeseen = 5
const unforeseenMs = 10_000

export class JobRunner {
  readonly #options: JobRunnerOptions
  readonly #stopping = new AbortController()
  readonly #running = new Set<Promise<void>>()
  readonly #unsubscribe: () => void
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> | undefined
  #isWanted = false

  /** Begins at once. */
  constructor(options: JobRunnerOptions) {
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
    const { queue, handlers, concurrency = 2 } = this.#options
    const kinds = Object.keys(handlers) as JobKind[]
    this.#isWanted = false
    while (this.#running.size < concurrency && !this.#stopping.signal.aborted) {
      const job = await queue.claim(kinds)
      if (job === undefined) return
      const running: Promise<void> = this.#work(job).finally(() => {
        this.#running.delete(running)
        this.#look()
      })
      this.#running.add(running)
    }
  }

  async #work(job: ClaimedJob): Promise<void> {
    const { queue, handlers, onEnded, log } = this.#options
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
      const handler = handlers[job.kind]
      if (handler === undefined) throw new TypeError(`this runner takes up no jobs of the kind ${job.kind}`)
      const signal = AbortSignal.any([lost.signal, this.#stopping.signal])
      const outcome = await handler(job, signal).catch((error: unknown) => this.#unforeseen(job, error))
      const isOurs = await queue.settle(job, outcome)
      if (isOurs && (outcome.kind === 'done' || outcome.kind === 'failed')) await onEnded?.(job.id)
      const told = { event: `job.${outcome.kind}`, kind: job.kind, job: job.id, attempt: job.attempt }
      log.info('error' in outcome ? { ...told, error: outcome.error } : told)
    } catch (error) {
      this.#failed('jobs.not-settled', error)
    } finally {
      clearInterval(renewing)
    }
  }

  #unforeseen(job: ClaimedJob, error: unknown): JobOutcome {
    // Not the job's fault: the next process begins with it.
    if (this.#stopping.signal.aborted) return { kind: 'later', inMs: 0, error: 'the server stopped' }
    this.#failed('job.error', error)
    const text = error instanceof Error ? error.message : String(error)
    return job.attempt >= maxUnforeseen
      ? { kind: 'failed', error: text }
      : { kind: 'later', inMs: unforeseenMs * job.attempt, error: text }
  }

  #failed(event: string, error: unknown): void {
    if (!this.#stopping.signal.aborted) this.#options.log.error({ event, ...errorFields(error) })
  }
}
