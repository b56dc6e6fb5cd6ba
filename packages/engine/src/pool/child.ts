/**
 * The life of one decoding process: starting → idle ⇄ busy → leaving → gone. It ends only by SIGKILL or by itself.
 *
 * The timers of a request live here, because both end the same way: a child that does not acknowledge was dead
 * or stopped before it began, a child that passes its deadline may spin in native code where nothing else helps.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { type Standing, stepBack, stepBackAtStart } from './priority.ts'
import type { WorkerRequest } from './protocol.ts'
import { type ReadReply, readReply } from './replies.ts'

export type KillReason =
  | 'not-ready'
  | 'unacknowledged'
  | 'deadline'
  | 'memory'
  | 'garbled'
  | 'aborted'
  | 'retired'
  | 'closing'

/** `leaving`: killed, but the system has not reported its end yet. */
export type ChildState = 'starting' | 'idle' | 'busy' | 'leaving' | 'gone'

export interface ChildExit {
  /** `died`: nobody here killed it. */
  readonly reason: KillReason | 'died'
  readonly code: number | null
  readonly signal: string | null
  /** The end of what it wrote to stderr. */
  readonly lastWords: string
}

export interface ChildCommand {
  readonly file: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

export interface ChildOptions {
  readonly command: ChildCommand
  readonly standing: Standing
  /** No other child works: until this one is ready, requests wait for it. */
  readonly isAwaited: boolean
  readonly handlers: ChildHandlers
}

export interface ChildHandlers {
  onReady(child: Child, reply: ReadReply & { readonly kind: 'ready' }): void
  onAccepted(child: Child): void
  onProgress(child: Child, percent: number): void
  onReply(child: Child, reply: ReadReply & { readonly kind: 'done' | 'failed' }): void
  onExit(child: Child, exit: ChildExit): void
}

/** The kernel's OOM killer takes a decoder before anything else of ours. Range −1000 to 1000. */
const oomScore = '800'
const startTimeoutMs = 15_000
const lastWordsLength = 2_000

export class Child {
  readonly pid: number
  state: ChildState = 'starting'
  /** Requests answered. */
  jobs = 0
  /** As the child reported it with its last reply. */
  rssBytes = 0
  /** Due for replacement; still works until its successor is ready. */
  isWorn = false
  hasBeenReady = false
  /** It has taken up the request it was given last. */
  hasAccepted = false
  readonly #process: ChildProcess
  readonly #handlers: ChildHandlers
  readonly #standing: Standing
  #request: WorkerRequest | undefined
  /** How far the request has come, as the child told it last. */
  #percent = 0
  #timer: NodeJS.Timeout | undefined
  #deadlineAt = 0
  #killReason: KillReason | undefined
  #lastWords = ''

  constructor({ command, standing, isAwaited, handlers }: ChildOptions) {
    this.#standing = standing
    this.#handlers = handlers
    this.#process = spawn(command.file, command.args, {
      // Nothing to read or leave there; a directory of its own would outlive a server that is killed.
      cwd: '/',
      // Its own process group: a Ctrl-C meant for the server must not end running jobs, and forks die with it.
      detached: true,
      env: command.env,
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    this.pid = this.#process.pid ?? 0
    if (this.pid !== 0) offerToKiller(this.pid)
    if (this.pid !== 0 && !isAwaited) stepBackAtStart(this.pid)
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-lastWordsLength)
    })
    this.#process.on('message', (message) => this.#receive(message))
    this.#process.on('error', (error) => {
      this.#lastWords += error.message
      if (this.pid === 0) this.#exited(null, null)
    })
    this.#process.once('exit', (code, signal) => this.#exited(code, signal))
    this.#killAfter(startTimeoutMs, 'not-ready')
  }

  /** Sends a request to an idle child. Both times count from now. */
  assign(request: WorkerRequest, times: { readonly ackMs: number; readonly deadlineMs: number }): void {
    this.state = 'busy'
    this.hasAccepted = false
    this.#percent = 0
    this.#request = request
    this.#deadlineAt = performance.now() + times.deadlineMs
    this.#killAfter(times.ackMs, 'unacknowledged')
    // A closed channel needs no handling here: the exit that closed it is on its way.
    this.#process.send(request, () => {})
  }

  kill(reason: KillReason): void {
    if (this.state === 'gone' || this.state === 'leaving') return
    this.state = 'leaving'
    this.#killReason = reason
    this.#calm()
    this.#killGroup()
  }

  #receive(message: unknown): void {
    if (this.state === 'gone' || this.state === 'leaving') return
    const reply = readReply(message, this.#request)
    if (reply === undefined) this.kill('garbled')
    else if (reply.kind === 'ready') this.#ready(reply)
    else if (reply.kind === 'accepted') this.#accepted()
    else if (reply.kind === 'progress') this.#progressed(reply.percent)
    else this.#replied(reply)
  }

  #ready(reply: ReadReply & { readonly kind: 'ready' }): void {
    if (this.state !== 'starting') {
      this.kill('garbled')
      return
    }
    this.#calm()
    stepBack(this.pid, this.#standing)
    this.state = 'idle'
    this.hasBeenReady = true
    this.#handlers.onReady(this, reply)
  }

  #accepted(): void {
    if (this.hasAccepted) {
      this.kill('garbled')
      return
    }
    this.hasAccepted = true
    this.#calm()
    this.#killAfter(Math.max(0, this.#deadlineAt - performance.now()), 'deadline')
    this.#handlers.onAccepted(this)
  }

  #progressed(percent: number): void {
    // What does not rise could be repeated for ever.
    if (!this.hasAccepted || percent <= this.#percent) {
      this.kill('garbled')
      return
    }
    this.#percent = percent
    this.#handlers.onProgress(this, percent)
  }

  #replied(reply: ReadReply & { readonly kind: 'done' | 'failed' }): void {
    this.#calm()
    this.#request = undefined
    this.state = 'idle'
    this.jobs++
    this.rssBytes = reply.rssBytes
    this.#handlers.onReply(this, reply)
  }

  /** Messages that came while this process itself was held up are read before the verdict. */
  #killAfter(ms: number, reason: KillReason): void {
    const timer = setTimeout(() => {
      setImmediate(() => {
        if (this.#timer === timer) this.kill(reason)
      })
    }, ms)
    this.#timer = timer
  }

  #calm(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #exited(code: number | null, signal: string | null): void {
    if (this.state === 'gone') return
    this.#calm()
    this.state = 'gone'
    this.#killGroup()
    const report = () =>
      this.#handlers.onExit(this, {
        reason: this.#killReason ?? 'died',
        code,
        signal,
        lastWords: this.#lastWords.trim(),
      })
    // Why a start failed stands on stderr, which may still be on its way; a waiting client is answered at once.
    if (!this.hasBeenReady && this.pid !== 0) setTimeout(report, 20)
    else report()
  }

  #killGroup(): void {
    if (this.pid === 0) return
    for (const target of [-this.pid, this.pid]) {
      try {
        if (target < 0 || this.state !== 'gone') process.kill(target, 'SIGKILL')
      } catch {
        // Gone already.
      }
    }
  }
}

/** Best effort: a container may forbid it. */
function offerToKiller(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, oomScore)
  } catch {
    // Keeps the score it has.
  }
}
