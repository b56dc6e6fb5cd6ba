/**
 * Real-time priority for the thread that answers requests, while children of this process work in the background.
 *
 * SCHED_RR (sched(7)): the thread has a core the moment a request wakes it. A nice value and SCHED_IDLE children are not
 * enough, since a kernel that has once given a core to a child's thread leaves it there until the next tick. Only the
 * main thread: nothing that it starts inherits it.
 *
 * @see docs/adr/0021-who-goes-first.md
 */
import { execFile } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { promisify } from 'node:util'
import type { Config } from './config.ts'
import type { Log } from './observe/index.ts'

/** Told when a pool of background children begins to work, and when it has nothing left to do. */
export type WorkWatch = (isAtWork: boolean) => void

/** Each change starts a process; work that comes in bursts should not start many. */
const lingerMs = 10_000
const run = promisify(execFile)

/**
 * Never on a single core: requests in a row would leave its proxy and its database next to nothing. Where the system
 * refuses (it takes root, CAP_SYS_NICE or a limit for real-time priorities, and util-linux), that is logged once.
 */
export function watchBackground(config: Config, log: Log): WorkWatch {
  const { FOVEA_REALTIME: isWanted, FOVEA_ROLES: roles } = config
  const answers = roles.includes('api') || roles.includes('image')
  if (!isWanted || !answers || availableParallelism() < 2) return () => {}
  const thread = new MainThread(log)
  return (isAtWork) => thread.watched(isAtWork)
}

class MainThread {
  readonly #log: Log
  /** Pools at work. */
  #pools = 0
  #isRealtime = false
  #isRefused = false
  #timer: NodeJS.Timeout | undefined
  #changing: Promise<void> = Promise.resolve()

  constructor(log: Log) {
    this.#log = log
  }

  watched(isAtWork: boolean): void {
    clearTimeout(this.#timer)
    this.#pools += isAtWork ? 1 : -1
    if (this.#pools > 0) this.#change(true)
    else this.#timer = setTimeout(() => this.#change(false), lingerMs).unref()
  }

  #change(isRealtime: boolean): void {
    if (this.#isRealtime === isRealtime || this.#isRefused) return
    this.#isRealtime = isRealtime
    this.#changing = this.#changing.then(() => this.#apply(isRealtime))
  }

  async #apply(isRealtime: boolean): Promise<void> {
    const policy = isRealtime ? ['--reset-on-fork', '--rr', '--pid', '1'] : ['--other', '--pid', '0']
    try {
      await run('chrt', [...policy, String(process.pid)], { cwd: '/' })
      this.#log.debug({ event: 'foreground.changed', isRealtime })
    } catch (error) {
      this.#isRefused = true
      const reason = error instanceof Error ? error.message.trim() : String(error)
      this.#log.info({ event: 'foreground.refused', reason })
    }
  }
}
