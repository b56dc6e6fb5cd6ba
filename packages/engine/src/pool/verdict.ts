/**
 * What becomes of a job whose child ended. Pure: the one place that decides who is told what.
 *
 * - killed or frozen before it took the job up: the job goes elsewhere, nobody notices;
 * - crashed with the job: one retry, then 422 and a ban of the source;
 * - killed for memory: 422 at once, never retried (a second try would press the machine again), one strike;
 * - past the deadline: 504, never retried.
 */
import { type Problem, problem } from '@fovea/core/problem/problem'
import type { KillReason } from './child.ts'

export interface Loss {
  readonly reason: KillReason | 'died'
  /** The child had acknowledged the job. */
  readonly wasTakenUp: boolean
  /** Children of this job that crashed before this one. */
  readonly crashes: number
  /** Children that died or froze before they took this job up, before this one. */
  readonly misses: number
  readonly deadlineMs: number
  readonly maxWorkerBytes: number
}

export type Verdict =
  | { readonly kind: 'again'; readonly because: 'miss' | 'crash' }
  | {
      readonly kind: 'fail'
      readonly because: 'closing' | 'aborted' | 'miss' | 'deadline' | 'memory' | 'crash'
      readonly problem: Problem
      /** For the quarantine of the source. */
      readonly strikes: 0 | 1 | 2
    }

const mostMisses = 3

export function judge(loss: Loss): Verdict {
  const { reason, wasTakenUp, crashes, misses, deadlineMs, maxWorkerBytes } = loss
  if (reason === 'closing') return { kind: 'fail', because: 'closing', problem: draining(), strikes: 0 }
  if (reason === 'aborted') return { kind: 'fail', because: 'aborted', problem: clientClosed(), strikes: 0 }
  if (!wasTakenUp) {
    if (misses < mostMisses) return { kind: 'again', because: 'miss' }
    return {
      kind: 'fail',
      because: 'miss',
      problem: unavailable('No decoding process took the image up.'),
      strikes: 0,
    }
  }
  if (reason === 'deadline')
    return { kind: 'fail', because: 'deadline', problem: timeout(deadlineMs), strikes: 0 }
  if (reason === 'memory') {
    return { kind: 'fail', because: 'memory', problem: tooMuchMemory(maxWorkerBytes), strikes: 1 }
  }
  if (crashes === 0) return { kind: 'again', because: 'crash' }
  return { kind: 'fail', because: 'crash', problem: crashedTwice(), strikes: 2 }
}

export function draining(): Problem {
  return problem('capacity/draining', { detail: 'This server is shutting down.', retryAfterSeconds: 5 })
}

export function clientClosed(): Problem {
  return problem('request/client-closed', { detail: 'The client went away before the image was made.' })
}

export function unavailable(detail: string): Problem {
  return problem('capacity/exhausted', { detail, retryAfterSeconds: 5 })
}

function timeout(deadlineMs: number): Problem {
  return problem('render/timeout', {
    detail: `The image was not ready after ${deadlineMs} ms.`,
    members: { deadlineMs },
  })
}

function tooMuchMemory(limitBytes: number): Problem {
  return problem('source/undecodable', {
    detail: `Decoding took more than the ${limitBytes} bytes of memory that a decoding process may use.`,
    members: { limitBytes },
  })
}

function crashedTwice(): Problem {
  return problem('source/undecodable', { detail: 'The decoder crashed twice on this image.' })
}
