/** Works off some kinds of jobs in this process. Kinds that must not wait for each other have runners of their own. */
import type { Log } from '../observe/index.ts'
import type { ClaimedJob, JobHandler, JobId, JobKind } from './job.ts'
import type { JobQueue } from './job-queue.ts'
import { LeaseRunner } from './lease-runner.ts'

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

export class JobRunner extends LeaseRunner<ClaimedJob> {
  /** Begins at once. */
  constructor({ queue, handlers, onEnded, ...options }: JobRunnerOptions) {
    const kinds = Object.keys(handlers) as JobKind[]
    super({
      ...options,
      queue: {
        onAdded: (listener) => queue.onAdded(listener),
        reclaim: () => queue.reclaim(),
        claim: () => queue.claim(kinds),
        renew: (job) => queue.renew(job),
        settle: (job, outcome) => queue.settle(job, outcome),
      },
      async handle(job, signal) {
        const handler = handlers[job.kind]
        if (handler === undefined) throw new TypeError(`this runner takes up no jobs of the kind ${job.kind}`)
        return handler(job, signal)
      },
      onEnded: async ({ id }) => onEnded?.(id),
      logged: { noun: 'job', level: 'info', fields: ({ id, kind }) => ({ kind, job: id }) },
    })
  }
}
