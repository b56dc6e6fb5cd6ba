/** One request on its way through the pool, from the caller's promise to the child and back. */
import type { Problem } from '@fovea/core'
import type { HeaderFacts, PredictedCost, ProbeRequest, RunRequest, RunResult } from './protocol.ts'
import type { Queued } from './queue.ts'
import { clientClosed } from './verdict.ts'

export interface JobOptions {
  /** Aborting while the job waits removes it; while it runs, only its result is dropped. */
  readonly signal?: AbortSignal | undefined
  /** Called once, when a child has taken the job up. */
  readonly onStart?: (() => void) | undefined
  /** Told how far a long run has come, 0–1, now and then; it begins anew when the job is retried. Probes tell nothing. */
  readonly onProgress?: ((fraction: number) => void) | undefined
  /** An abort ends the child that runs the job: worth it only for long work that nobody else can use. */
  readonly abortKills?: boolean | undefined
}

export class Job implements Queued {
  readonly request: ProbeRequest | RunRequest
  /** Identities of all files it reads; the source's is first. */
  readonly sourceIds: readonly string[]
  readonly cost: PredictedCost
  readonly queuedAt: number
  readonly result: Promise<HeaderFacts | RunResult>
  /** Crashes of children that had taken this job up. */
  crashes = 0
  /** Children that died or froze before they took it up. */
  misses = 0
  isSettled = false
  /** Monotonic milliseconds of the last dispatch. */
  dispatchedAt = 0
  /** Monotonic milliseconds of the first acknowledgement. */
  startedAt: number | undefined
  /** Monotonic milliseconds; set with the first acknowledgement, and a retry does not move it. */
  deadlineAt: number | undefined
  readonly #options: JobOptions
  readonly #onAbort: (job: Job) => void
  #resolve: (result: HeaderFacts | RunResult) => void = () => {}
  #reject: (problem: Problem) => void = () => {}

  constructor(
    about: {
      readonly request: ProbeRequest | RunRequest
      readonly sourceIds: readonly string[]
      readonly cost: PredictedCost
    },
    options: JobOptions,
    onAbort: (job: Job) => void,
  ) {
    this.request = about.request
    this.sourceIds = about.sourceIds
    this.cost = about.cost
    this.queuedAt = performance.now()
    this.#options = options
    this.#onAbort = onAbort
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    options.signal?.addEventListener('abort', this.#abort, { once: true })
  }

  get abortKills(): boolean {
    return this.#options.abortKills === true
  }

  get queueMs(): number {
    return (this.startedAt ?? performance.now()) - this.queuedAt
  }

  /** A child has taken the job up. The deadline counts from its dispatch. */
  started(): void {
    this.deadlineAt ??= this.dispatchedAt + this.request.limits.deadlineMs
    if (this.startedAt !== undefined) return
    this.startedAt = performance.now()
    if (!this.isSettled) this.#options.onStart?.()
  }

  progressed(fraction: number): void {
    if (!this.isSettled) this.#options.onProgress?.(fraction)
  }

  succeed(result: HeaderFacts | RunResult): void {
    if (this.#settle()) this.#resolve(result)
  }

  fail(why: Problem): void {
    if (this.#settle()) this.#reject(why)
  }

  #settle(): boolean {
    if (this.isSettled) return false
    this.isSettled = true
    this.#options.signal?.removeEventListener('abort', this.#abort)
    return true
  }

  readonly #abort = (): void => {
    this.fail(clientClosed())
    this.#onAbort(this)
  }
}
