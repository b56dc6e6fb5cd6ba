/** Work that outlives the request that asked for it: what the queue keeps of it. */
import type { Problem } from '@fovea/core'
import type { ProjectId } from '../projects/index.ts'

export type JobId = string & { readonly __brand: 'JobId' }

/** What there is to do; each has its handler. */
export type JobKind = 'iteration-layer' | 'webhook' | 'export'

export interface NewJob {
  readonly id: JobId
  readonly projectId: ProjectId
  readonly kind: JobKind
  /** The handler's own JSON; sealed while it is stored, because it may hold addresses and credentials. */
  readonly payload: string
}

/** A job in the hands of this process until its lease ends. */
export interface ClaimedJob extends NewJob {
  /** How often it has been taken up since it last moved on, this time included; also tells a lost lease. */
  readonly attempt: number
  /** Unix milliseconds. */
  readonly createdAt: number
}

/** How an attempt ended. */
export type JobOutcome =
  | { readonly kind: 'done' }
  /** The next part of the work, at once; attempts are counted anew. */
  | { readonly kind: 'next'; readonly payload: string }
  /** The same again, later. */
  | { readonly kind: 'later'; readonly inMs: number; readonly error: string }
  /** For good; `problem` is what its owner may read about it. */
  | { readonly kind: 'failed'; readonly error: string; readonly problem?: Problem }

export type JobHandler = (job: ClaimedJob, signal: AbortSignal) => Promise<JobOutcome>
