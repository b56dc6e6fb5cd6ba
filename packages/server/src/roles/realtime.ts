/** Real-time priority for the thread that answers requests, where the operator asks for it. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Log } from '../observe/index.ts'

const run = promisify(execFile)

/**
 * SCHED_RR (sched(7)): the thread has a core the moment a request wakes it, whatever else the machine does. Only the
 * main thread: nothing that it starts inherits it. Needs root, CAP_SYS_NICE or a limit for real-time priorities, and
 * util-linux; a refusal is logged and changes nothing.
 */
export async function becomeRealtime(log: Log): Promise<void> {
  try {
    await run('chrt', ['--reset-on-fork', '--rr', '--pid', '1', String(process.pid)])
    log.info({ event: 'server.realtime' })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    log.warn({ event: 'server.realtime-refused', reason })
  }
}
