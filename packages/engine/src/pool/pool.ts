/**
 * Runs decoding jobs in child processes: admits, queues, dispatches, and carries out what `verdict.ts` says when
 * a child is lost. The crew owns the children, the queue owns the order, this file owns the jobs.
 *
 * Nothing native is loaded here: the server process never decodes.
 */
import type { Limits } from '@fovea/core'
import { type Problem, problem } from '@fovea/core/problem/problem'
import type { Child, ChildExit } from './child.ts'
import { childCommand } from './command.ts'
import { CompileCache } from './compile-cache.ts'
import { countLoss, noJobs } from './counters.ts'
import { Crew } from './crew.ts'
import { Job, type JobOptions } from './job.ts'
import { silentLog } from './log.ts'
import { MemoryWatch } from './memory-watch.ts'
import type { EnginePool, PoolOptions, PoolStatus, ProbeOptions, RunJob } from './pool-types.ts'
import type { EngineSource, HeaderFacts, Lane, ProbeRequest, RunRequest, RunResult } from './protocol.ts'
import { culpritOf, Quarantine } from './quarantine.ts'
import { JobQueue } from './queue.ts'
import type { ReadReply } from './replies.ts'
import { ServiceTimes } from './service-times.ts'
import { clientClosed, draining, judge, unavailable } from './verdict.ts'

/** Reading a header takes little beyond the process itself. */
const probeCost = { bytes: 16 * 1024 * 1024, cpuMs: 5, lane: 'fast' } as const
/** An idle child acknowledges within a millisecond; the rest is for a machine under heavy load. */
const ackMs = { delivery: 1_500, background: 15_000 } as const
/** Bytes that are sent along must arrive before anything can be acknowledged. */
const ackBytesPerMs = 50_000
const defaults = {
  standing: 'delivery' as const,
  recycleJobs: 500,
  recycleBytes: 400_000_000,
  quarantineMs: 5 * 60_000,
  quarantineEntries: 10_000,
}

/** Between the first child and the others, ms. */
const restAfterMs = 1_000

export function createPool(options: PoolOptions): EnginePool {
  return new ProcessPool(options)
}

class ProcessPool implements EnginePool {
  readonly #options: PoolOptions
  readonly #queue: JobQueue<Job>
  readonly #crew: Crew
  readonly #cache: CompileCache | undefined
  readonly #quarantine: Quarantine
  readonly #watch: MemoryWatch<Child>
  readonly #times = new ServiceTimes()
  readonly #jobOf = new Map<Child, Job>()
  readonly #counters = noJobs()
  #serial = 0
  #isDraining = false
  #drained: (() => void)[] = []

  constructor(options: PoolOptions) {
    const log = options.log ?? silentLog
    this.#options = options
    this.#queue = new JobQueue({ slots: options.workers, ...options })
    this.#quarantine = new Quarantine({
      durationMs: options.quarantineMs ?? defaults.quarantineMs,
      maxEntries: defaults.quarantineEntries,
    })
    this.#watch = new MemoryWatch({
      limitBytes: options.maxWorkerBytes,
      busy: () => this.#jobOf.keys(),
      onExcess: (child) => child.kill('memory'),
    })
    const child = childCommand(options, (uid) => this.#cache?.pathFor(uid))
    if (options.cacheDir !== undefined) {
      const command = childCommand(options, () => undefined).command([], 0)
      this.#cache = new CompileCache({ directory: options.cacheDir, command, log })
    }
    this.#crew = new Crew({
      size: options.workers,
      ...child,
      standing: options.standing ?? defaults.standing,
      recycleJobs: options.recycleJobs ?? defaults.recycleJobs,
      recycleBytes: options.recycleBytes ?? defaults.recycleBytes,
      log,
      handlers: {
        onIdle: () => this.#dispatch(),
        onAccepted: (child) => this.#accepted(child),
        onProgress: (child, percent) => this.#jobOf.get(child)?.progressed(percent / 100),
        onReply: (child, reply) => this.#replied(child, reply),
        onExit: (child, exit) => this.#lost(child, exit),
        onUnavailable: () => this.#unavailable(),
        onCold: () => this.#cache?.want(),
      },
    })
  }

  get sandbox(): string {
    return this.#crew.sentence
  }

  async warm(): Promise<void> {
    this.#crew.want(1)
    await this.#crew.ready()
    // The others start when they are needed, or when the first request of a fresh server has had the machine.
    setTimeout(() => this.#crew.want(this.#options.workers), restAfterMs).unref()
  }

  async probe(source: EngineSource, limits: Limits, options: ProbeOptions = {}): Promise<HeaderFacts> {
    const request = { kind: 'probe', source, limits } as const
    const sourceIds = options.sourceId === undefined ? [] : [options.sourceId]
    const job = this.#submit({ request, sourceIds, cost: probeCost }, options)
    return (await job.result) as HeaderFacts
  }

  async run(wanted: RunJob, options: JobOptions = {}): Promise<RunResult & { readonly queueMs: number }> {
    const { source, sourceId, pictures = {}, decode, sightings, matte, outputs, limits, cost } = wanted
    const beside = Object.entries(pictures)
    const files = Object.fromEntries(beside.map(([key, picture]) => [key, picture.source]))
    const job = this.#submit(
      {
        request: {
          kind: 'run',
          source,
          pictures: files,
          decode,
          ...(sightings === undefined ? {} : { sightings }),
          matte,
          outputs,
          limits,
          ...(options.onProgress === undefined ? {} : { tellsProgress: true }),
        },
        sourceIds: [sourceId, ...beside.map(([, { id }]) => id)],
        cost,
      },
      options,
    )
    const result = (await job.result) as RunResult
    return { ...result, queueMs: job.queueMs }
  }

  status(): PoolStatus {
    return {
      sandbox: this.sandbox,
      queued: this.#waiting(),
      running: this.#queue.running,
      runningBytes: this.#queue.runningBytes,
      quarantined: this.#quarantine.count(performance.now()),
      workers: this.#crew.children.map(({ pid, state, jobs, rssBytes }) => ({ pid, state, jobs, rssBytes })),
      counters: { ...this.#counters, spawned: this.#crew.spawned, recycled: this.#crew.recycled },
    }
  }

  async drain(): Promise<void> {
    this.#isDraining = true
    if (this.#isIdle) return
    await new Promise<void>((resolve) => this.#drained.push(resolve))
  }

  async close(): Promise<void> {
    this.#isDraining = true
    for (const job of [...this.#queue.clear(), ...this.#jobOf.values()]) job.fail(draining())
    await Promise.all([this.#cache?.close(), this.#crew.close()])
    this.#watch.stop()
    this.#checkDrained()
  }

  #submit(about: ConstructorParameters<typeof Job>[0], options: JobOptions): Job {
    this.#admit(about.sourceIds, options.signal)
    const job = new Job(about, options, (aborted) => this.#aborted(aborted))
    this.#queue.add(job)
    this.#crew.want(this.#queue.length + this.#queue.running)
    this.#dispatch()
    return job
  }

  #admit(sourceIds: readonly string[], signal: AbortSignal | undefined): void {
    if (this.#isDraining) throw draining()
    if (signal?.aborted === true) throw clientClosed()
    const refusal = this.#quarantined(sourceIds)
    if (refusal !== undefined) throw refusal
    if (!this.#queue.isFull) return
    this.#counters.refused++
    throw problem('capacity/exhausted', {
      detail: `${this.#queue.length} images are waiting already, which is as many as this server lets wait.`,
      retryAfterSeconds: this.#times.retryAfterSeconds(this.#waiting(), this.#options.workers),
    })
  }

  #quarantined(sourceIds: readonly string[]): Problem | undefined {
    const now = performance.now()
    const suspects = new Set([...sourceIds, culpritOf(sourceIds)])
    const seconds = Math.max(
      0,
      ...[...suspects].map((id) => (id === undefined ? 0 : this.#quarantine.remainingSeconds(id, now))),
    )
    if (seconds === 0) return undefined
    return problem('source/quarantined', {
      detail: `This image crashed its decoder; it is not tried again for ${seconds} s.`,
      retryAfterSeconds: seconds,
    })
  }

  /** Starts what may start. Called whenever a job came or a child or room became free. */
  #dispatch(): void {
    for (;;) {
      const child = this.#crew.idle()
      const job = child === undefined ? undefined : this.#queue.next(performance.now())
      if (child === undefined || job === undefined) return
      const refusal = this.#quarantined(job.sourceIds)
      if (refusal === undefined) this.#assign(child, job)
      else {
        this.#queue.finish(job)
        job.fail(refusal)
      }
    }
  }

  #assign(child: Child, job: Job): void {
    const { request } = job
    const carried = carriedBytes(request)
    const now = performance.now()
    job.dispatchedAt = now
    if (this.#jobOf.size === 0) this.#atWork(true)
    this.#jobOf.set(child, job)
    child.assign(
      { ...request, id: ++this.#serial },
      {
        ackMs: ackMs[this.#options.standing ?? defaults.standing] + carried / ackBytesPerMs,
        deadlineMs: (job.deadlineAt ?? now + request.limits.deadlineMs) - now,
      },
    )
  }

  #accepted(child: Child): void {
    this.#jobOf.get(child)?.started()
  }

  #replied(child: Child, reply: ReadReply & { readonly kind: 'done' | 'failed' }): void {
    const job = this.#release(child)
    if (job === undefined) return
    this.#counters.answered++
    this.#times.record(job.cost.lane, performance.now() - job.dispatchedAt)
    if (reply.kind === 'done') job.succeed(reply.result)
    else {
      if (reply.cause !== undefined)
        this.#options.log?.warn({ event: 'pool.engine-error', cause: reply.cause })
      job.fail(reply.problem)
    }
    this.#dispatch()
    this.#checkDrained()
  }

  #lost(child: Child, exit: ChildExit): void {
    const job = this.#release(child)
    if (job !== undefined) this.#afterLoss(job, exit, child.hasAccepted)
    this.#dispatch()
    this.#checkDrained()
  }

  #afterLoss(job: Job, exit: ChildExit, wasTakenUp: boolean): void {
    const verdict = judge({
      reason: exit.reason,
      wasTakenUp,
      crashes: job.crashes,
      misses: job.misses,
      deadlineMs: job.request.limits.deadlineMs,
      maxWorkerBytes: this.#options.maxWorkerBytes,
    })
    countLoss(this.#counters, verdict)
    if (verdict.kind === 'fail') {
      if (verdict.strikes > 0) this.#strike(job, verdict.strikes)
      job.fail(verdict.problem)
    } else if (!job.isSettled) {
      if (verdict.because === 'miss') job.misses++
      else job.crashes++
      this.#queue.addFirst(job)
    }
  }

  #strike(job: Job, strikes: number): void {
    const culprit = culpritOf(job.sourceIds)
    if (culprit === undefined) return
    if (this.#quarantine.strike(culprit, performance.now(), strikes)) this.#counters.quarantined++
  }

  #aborted(job: Job): void {
    this.#counters.aborted++
    if (!this.#queue.remove(job) && job.abortKills) {
      for (const [child, running] of this.#jobOf) if (running === job) child.kill('aborted')
    }
    this.#dispatch()
    this.#checkDrained()
  }

  #unavailable(): void {
    for (const job of this.#queue.clear()) job.fail(unavailable('No decoding process can be started.'))
    this.#checkDrained()
  }

  #release(child: Child): Job | undefined {
    const job = this.#jobOf.get(child)
    if (job === undefined) return undefined
    this.#jobOf.delete(child)
    this.#queue.finish(job)
    if (this.#jobOf.size === 0) this.#atWork(false)
    return job
  }

  #atWork(isAtWork: boolean): void {
    if (isAtWork) this.#watch.start()
    else this.#watch.stop()
    this.#options.onWork?.(isAtWork)
  }

  #waiting(): Record<Lane, number> {
    return { fast: this.#queue.lengthOf('fast'), slow: this.#queue.lengthOf('slow') }
  }

  get #isIdle(): boolean {
    return this.#queue.length === 0 && this.#queue.running === 0
  }

  #checkDrained(): void {
    if (this.#isIdle) for (const resolve of this.#drained.splice(0)) resolve()
  }
}

/** Bytes that travel with a request instead of being read from a file. */
function carriedBytes(request: ProbeRequest | RunRequest): number {
  const beside = request.kind === 'run' ? Object.values(request.pictures ?? {}) : []
  return [request.source, ...beside].reduce(
    (sum, source) => sum + ('bytes' in source ? source.bytes.byteLength : 0),
    0,
  )
}
