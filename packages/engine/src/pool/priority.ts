/**
 * How far a decoding process steps back from the processor, so that cached images and health checks stay quick beside
 * it. All of it is best effort: where the system forbids it or lacks the tool, requests are answered too.
 */
import { execFile } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { setPriority } from 'node:os'

/** `delivery`: a little below the HTTP process. `background`: what may take long; it has what all others leave. */
export type Standing = 'delivery' | 'background'

/** Nice values, 0–19: a third and, where no policy can be set, a tenth of what the HTTP process weighs. */
const niceness = { delivery: 5, background: 10 } as const
/** Of a session whose threads run only on what is left: the least there is. */
const leastNiceness = 19

/** For a process that others wait for to start: further back it would not become ready in time on a busy machine. */
export function stepBackAtStart(pid: number): void {
  setNiceness(pid, niceness.delivery)
  setSessionNiceness(pid, niceness.delivery)
}

/** Takes hold of the threads that the process has and of those it will start. */
export function stepBack(pid: number, standing: Standing): void {
  setNiceness(pid, niceness[standing])
  if (standing === 'delivery') setSessionNiceness(pid, niceness.delivery)
  else {
    runOnWhatIsLeft(pid, (hasPolicy) =>
      setSessionNiceness(pid, hasPolicy ? leastNiceness : niceness.background),
    )
  }
}

function setNiceness(pid: number, nice: number): void {
  try {
    // Each thread has its own.
    for (const thread of threadsOf(pid)) setPriority(thread, nice)
  } catch {
    // Keeps the priority it has.
  }
}

/**
 * A kernel with autogroups (sched(7)) weighs sessions against each other first, and a child is one of its own. Kernels
 * refuse a second change within a tenth of a second.
 */
function setSessionNiceness(pid: number, nice: number): void {
  try {
    writeFileSync(`/proc/${pid}/autogroup`, String(nice))
  } catch {
    // A kernel without them, or one that refuses.
  }
}

/**
 * SCHED_IDLE (sched(7)): threads that only have a high nice value still keep a woken HTTP process waiting for several
 * ticks, as each has a slice to finish (`bench/batch.ts`, `bench/ai-latency.ts`). Node cannot set policies, util-linux can.
 */
function runOnWhatIsLeft(pid: number, whenTried: (hasPolicy: boolean) => void): void {
  if (process.platform !== 'linux') whenTried(false)
  else {
    const words = ['--all-tasks', '--idle', '--pid', '0', String(pid)]
    execFile('chrt', words, { cwd: '/' }, (error) => whenTried(error === null))
  }
}

function threadsOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number)
  } catch {
    return [pid]
  }
}
