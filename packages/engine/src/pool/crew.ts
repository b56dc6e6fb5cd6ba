/**
 * Keeps the wanted number of children alive: starts them behind the sandbox, replaces the dead at once and the
 * worn when their successor is ready, and backs off while none can be started.
 */
import { Child, type ChildCommand, type ChildExit, type ChildHandlers } from './child.ts'
import type { PoolLog } from './log.ts'
import type { Standing } from './priority.ts'
import type { ReadReply } from './replies.ts'
import { chooseSandbox, type Sandbox, type SandboxOptions, type TrialResult, type Wrap } from './sandbox.ts'
import { killLeftovers, releaseUid, takeUid } from './slots.ts'
import { draining } from './verdict.ts'

export interface CrewOptions {
  readonly size: number
  /** Full command of a child behind the words of a sandbox. */
  readonly command: (wrap: readonly string[], uid: number) => ChildCommand
  /** A sentence that says why, where children run bare. */
  readonly sandbox: SandboxOptions | string
  readonly standing: Standing
  readonly recycleJobs: number
  readonly recycleBytes: number
  readonly log: PoolLog
  readonly handlers: Pick<ChildHandlers, 'onAccepted' | 'onProgress' | 'onReply' | 'onExit'> & {
    /** A child can take a request. */
    onIdle(): void
    /** Several starts in a row failed and no child is alive. */
    onUnavailable(): void
    /** A child had to compile what it runs. */
    onCold(): void
  }
}

/** What a child was started with. */
interface Berth {
  readonly uid: number
  readonly wrap: string
}

const longestBackoffMs = 5_000
const failuresUntilUnavailable = 4

export class Crew {
  readonly #options: CrewOptions
  /** Alive, in the order of their last reply: the last one has the warmest caches. */
  #children: Child[] = []
  #wanted = 0
  #sandbox: Sandbox | undefined
  #isChoosing = false
  #failures = 0
  #backoff: NodeJS.Timeout | undefined
  #isClosed = false
  readonly #berths = new Map<Child, Berth>()
  readonly #trials = new Map<Child, (result: TrialResult) => void>()
  #waiting: { readonly resolve: () => void; readonly reject: (error: Error) => void }[] = []
  #allGone: (() => void)[] = []
  spawned = 0
  recycled = 0

  constructor(options: CrewOptions) {
    this.#options = options
    if (typeof options.sandbox === 'string') {
      this.#sandbox = { wrap: () => [], hasOwnUser: false, sentence: options.sandbox }
    }
  }

  get sentence(): string {
    return this.#sandbox?.sentence ?? 'Decoding processes: sandbox not tried yet.'
  }

  get children(): readonly Child[] {
    return this.#children
  }

  /** Sees to it that at least `count` children (never more than the size) are there or on their way. */
  want(count: number): void {
    this.#wanted = Math.max(this.#wanted, Math.min(count, this.#options.size))
    this.#balance()
  }

  /** Resolves when a child is ready. @throws Problem `capacity/draining` once closed; Error when none can be started */
  async ready(): Promise<void> {
    if (!this.#isChoosing && this.#children.some(isWorking)) return
    if (this.#isClosed) throw draining()
    await new Promise<void>((resolve, reject) => this.#waiting.push({ resolve, reject }))
  }

  /** The idle child that worked last; one that never failed anybody before one that is due for replacement. */
  idle(): Child | undefined {
    if (this.#isChoosing) return undefined
    return (
      this.#children.findLast((child) => child.state === 'idle' && !child.isWorn) ??
      this.#children.findLast((child) => child.state === 'idle')
    )
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#backoff)
    this.#giveUpWaiting(draining())
    if (this.#children.length === 0) return
    const gone = new Promise<void>((resolve) => this.#allGone.push(resolve))
    for (const child of this.#children) child.kill('closing')
    await gone
  }

  #balance(): void {
    if (this.#isClosed || this.#isChoosing || this.#backoff !== undefined) return
    this.#retire()
    const staying = this.#children.filter(({ state }) => state !== 'leaving')
    const successors = staying.some(({ isWorn }) => isWorn) ? 1 : 0
    let missing = this.#wanted + successors - staying.length
    if (missing <= 0) return
    if (this.#sandbox === undefined) void this.#choose()
    else for (; missing > 0; missing--) this.#start(this.#sandbox.wrap)
  }

  /** Ends an idle worn child once its successor works. */
  #retire(): void {
    const working = this.#children.filter(isWorking)
    const worn = working.find(({ isWorn, state }) => isWorn && state === 'idle')
    if (worn === undefined || working.length <= this.#wanted) return
    this.recycled++
    worn.kill('retired')
  }

  async #choose(): Promise<void> {
    const { sandbox, log } = this.#options
    if (typeof sandbox === 'string') return
    this.#isChoosing = true
    let reason = ''
    this.#sandbox = await chooseSandbox(sandbox, async (wrap) => {
      const result = await this.#try(wrap)
      if (!result.ok) reason = result.reason
      return result
    })
    this.#isChoosing = false
    if (this.#sandbox === undefined) this.#startFailed(reason)
    else {
      log.info({ event: 'pool.sandbox', sentence: this.#sandbox.sentence })
      this.#keepOnly(this.#sandbox.wrap)
    }
    this.#balance()
    this.#announce()
  }

  /** Ends what was started on trial behind less than the sandbox that was found. */
  #keepOnly(wrap: Wrap): void {
    for (const child of this.#children) {
      const berth = this.#berths.get(child)
      if (berth !== undefined && berth.wrap !== wrap(berth.uid).join(' ')) child.kill('retired')
    }
  }

  /** Starts a child behind `wrap`; one that works may join the crew. */
  #try(wrap: Wrap): Promise<TrialResult> {
    return new Promise((resolve) => {
      if (this.#isClosed) resolve({ ok: false, reason: 'the pool was closed' })
      else this.#trials.set(this.#start(wrap), resolve)
    })
  }

  #start(wrap: Wrap): Child {
    this.spawned++
    const uid = takeUid()
    const words = wrap(uid)
    const { onAccepted, onProgress, onReply } = this.#options.handlers
    const child = new Child({
      command: this.#options.command(words, uid),
      standing: this.#options.standing,
      isAwaited: !this.#children.some(isWorking),
      handlers: {
        onReady: (ready, reply) => this.#ready(ready, reply),
        onAccepted,
        onProgress,
        onReply: (replied, reply) => {
          this.#failures = 0
          this.#wear(replied)
          // Before the reply is handed on, because that gives the child its next request.
          this.#balance()
          onReply(replied, reply)
        },
        onExit: (gone, exit) => this.#gone(gone, exit),
      },
    })
    this.#children.unshift(child)
    this.#berths.set(child, { uid, wrap: words.join(' ') })
    return child
  }

  #ready(child: Child, { isReadable, isCold }: ReadReply & { readonly kind: 'ready' }): void {
    const settle = this.#trials.get(child)
    if (!isReadable && settle !== undefined) {
      this.#trials.delete(child)
      child.kill('not-ready')
      settle({ ok: false, reason: 'it cannot read the data directory' })
      return
    }
    this.#trials.delete(child)
    settle?.({ ok: true })
    if (isCold) this.#options.handlers.onCold()
    this.#balance()
    this.#announce()
  }

  #announce(): void {
    if (this.idle() === undefined) return
    for (const { resolve } of this.#waiting.splice(0)) resolve()
    this.#options.handlers.onIdle()
  }

  #wear(child: Child): void {
    this.#children.push(...this.#children.splice(this.#children.indexOf(child), 1))
    const { recycleJobs, recycleBytes } = this.#options
    if (child.jobs >= recycleJobs || child.rssBytes > recycleBytes) child.isWorn = true
  }

  #gone(child: Child, exit: ChildExit): void {
    const wasTrial = this.#trials.get(child)
    this.#trials.delete(child)
    this.#children = this.#children.filter((other) => other !== child)
    const hasEndedBadly = !['retired', 'closing'].includes(exit.reason)
    void this.#freeBerth(child, hasEndedBadly)
    if (hasEndedBadly) {
      const { reason, code, signal, lastWords } = exit
      this.#options.log.warn({
        event: 'pool.child-gone',
        pid: child.pid,
        jobs: child.jobs,
        reason,
        code,
        signal,
        lastWords,
      })
    }
    if (wasTrial !== undefined)
      wasTrial({ ok: false, reason: exit.lastWords || `it ended with ${exit.signal ?? exit.code}` })
    // One that is started over and over to die unused must not become a loop either.
    else if (hasEndedBadly && child.jobs === 0 && !child.hasAccepted) this.#startFailed(exit.lastWords)
    this.#options.handlers.onExit(child, exit)
    if (this.#children.length === 0) for (const resolve of this.#allGone.splice(0)) resolve()
    this.#balance()
  }

  async #freeBerth(child: Child, hasEndedBadly: boolean): Promise<void> {
    const berth = this.#berths.get(child)
    this.#berths.delete(child)
    if (berth === undefined) return
    if (hasEndedBadly && this.#sandbox?.hasOwnUser === true) await killLeftovers(berth.uid)
    releaseUid(berth.uid)
  }

  #startFailed(lastWords: string): void {
    if (this.#isClosed) return
    this.#failures++
    this.#backoff ??= setTimeout(
      () => {
        this.#backoff = undefined
        this.#balance()
      },
      Math.min(longestBackoffMs, 100 * 2 ** (this.#failures - 1)),
    )
    if (this.#failures >= failuresUntilUnavailable && this.#children.length === 0) {
      this.#giveUpWaiting(new Error(`No decoding process can be started. ${lastWords}`))
      this.#options.handlers.onUnavailable()
    }
  }

  #giveUpWaiting(why: Error): void {
    for (const { reject } of this.#waiting.splice(0)) reject(why)
  }
}

function isWorking({ state }: Child): boolean {
  return state === 'idle' || state === 'busy'
}
