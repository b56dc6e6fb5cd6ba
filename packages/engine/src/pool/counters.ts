/** What the pool counts since it was made. Names become labels of a metric, so they are few and stable. */
import type { Verdict } from './verdict.ts'

/** Monotonic counts. */
export interface PoolCounters {
  spawned: number
  /** Children replaced for age or size. */
  recycled: number
  /** Children that ended with a job they had taken up, memory kills included, deadlines not. */
  crashed: number
  memoryKilled: number
  /** Jobs that went elsewhere because their child was dead or frozen before it took them up. */
  missed: number
  timedOut: number
  /** Bans spoken. */
  quarantined: number
  refused: number
  aborted: number
  /** Jobs answered by a child, with a result or with a Problem. */
  answered: number
}

/** Those that the pool keeps itself; the crew counts its children. */
export type JobCounters = Omit<PoolCounters, 'spawned' | 'recycled'>

export function noJobs(): JobCounters {
  return {
    crashed: 0,
    memoryKilled: 0,
    missed: 0,
    timedOut: 0,
    quarantined: 0,
    refused: 0,
    aborted: 0,
    answered: 0,
  }
}

export function countLoss(counters: JobCounters, { because }: Verdict): void {
  if (because === 'miss') counters.missed++
  if (because === 'crash' || because === 'memory') counters.crashed++
  if (because === 'memory') counters.memoryKilled++
  if (because === 'deadline') counters.timedOut++
}
