/**
 * Processes that the kernel lets run the moment they wake up, as if they had a core of their own. Needs root or
 * CAP_SYS_NICE, and util-linux.
 */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Of every thread there is. False where the system forbids it. */
export function makeRealtime(pid: number): Promise<boolean> {
  return chrt('--all-tasks', '--rr', '--pid', '1', String(pid))
}

/** Of the first thread alone, and of nothing that it starts. False where the system forbids it. */
export function makeMainThreadRealtime(pid: number): Promise<boolean> {
  return chrt('--reset-on-fork', '--rr', '--pid', '1', String(pid))
}

/** Takes back what `makeMainThreadRealtime` did. */
export function makeMainThreadOrdinary(pid: number): Promise<boolean> {
  return chrt('--other', '--pid', '0', String(pid))
}

async function chrt(...args: readonly string[]): Promise<boolean> {
  try {
    await run('chrt', args)
    return true
  } catch {
    return false
  }
}
