/**
 * Sends letters behind the answer: nobody waits for a mail server, and nobody can tell from the time an answer takes
 * whether a letter was sent.
 *
 * A letter that the server does not take is tried again for most of an hour, then put into the outbox folder with an
 * error in the log. It is never lost: until it has left it is a file, which the next start sends. Without a server
 * every letter goes into the outbox, and the log says where.
 */
import { setTimeout } from 'node:timers/promises'
import { errorFields, type Log, type LogFields } from '../observe/index.ts'
import { Slots } from '../slots.ts'
import type { Mail } from './mail.ts'
import { putIntoOutbox } from './outbox.ts'
import { readLetter, UnsentLetters } from './unsent-letters.ts'

export interface MailerOptions {
  /** `smtp://…`; letters become files without it. */
  readonly smtpUrl: string | undefined
  /** `Name <address>`. */
  readonly from: string
  readonly outbox: string
  readonly log: Log
  /** Pauses before the second, third … try, ms. */
  readonly pausesMs?: readonly number[]
}

const minute = 60_000
/** Servers that know a sender not yet let it wait for some minutes (RFC 6647 §4.1). Links in letters live an hour. */
const usualPausesMs = [2_000, 10_000, minute, 5 * minute, ...Array<number>(5).fill(10 * minute)]
/** How often letters are looked for that another process left. */
const lookMs = 10 * minute
/** Connections to the mail server at a time: many servers count them. */
const maxConnections = 4

export class Mailer {
  readonly #options: MailerOptions
  readonly #unsent: UnsentLetters
  readonly #connections = new Slots(maxConnections)
  readonly #pending = new Set<Promise<void>>()
  readonly #closing = new AbortController()
  #post: Promise<(mail: Mail) => Promise<void>> | undefined
  #looking: NodeJS.Timeout | undefined

  constructor(options: MailerOptions) {
    this.#options = options
    this.#unsent = new UnsentLetters(options.outbox)
  }

  /** Takes the letter; returns at once and never throws. */
  send(mail: Mail): void {
    this.#follow(this.#take(mail), { event: 'mail.lost', subject: mail.subject })
  }

  /** Sends what ended processes left, now and from time to time; returns at once and never throws. */
  resume(): void {
    this.#follow(this.#resume(), { event: 'mail.not_resumed' })
    this.#looking ??= setInterval(() => this.resume(), lookMs).unref()
  }

  /** Waits until every letter has left or lies in the outbox. */
  async settled(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending)
  }

  /** Letters that wait for another try are left to the next start. */
  async close(): Promise<void> {
    clearInterval(this.#looking)
    this.#closing.abort()
    await this.settled()
  }

  #follow(work: Promise<void>, failure: LogFields & { readonly event: string }): void {
    const followed = work
      .catch((error) => this.#options.log.error({ ...failure, ...errorFields(error) }))
      .finally(() => this.#pending.delete(followed))
    this.#pending.add(followed)
  }

  async #take(mail: Mail): Promise<void> {
    if (this.#options.smtpUrl === undefined) return this.#deliver(mail)
    const path = await this.#unsent.keep(mail).catch((error) => {
      // No reason not to send it.
      this.#options.log.error({ event: 'mail.not_kept', subject: mail.subject, ...errorFields(error) })
      return undefined
    })
    await this.#deliver(mail, path)
  }

  async #resume(): Promise<void> {
    for (const path of await this.#unsent.takeOver()) {
      const delivered = readLetter(path).then((mail) => this.#deliver(mail, path))
      this.#follow(delivered, { event: 'mail.not_resumed', path })
    }
  }

  /** @param unsent where the letter is kept until it has left */
  async #deliver(mail: Mail, unsent?: string): Promise<void> {
    const { smtpUrl, log } = this.#options
    if (smtpUrl === undefined) {
      const path = await this.#putAway(mail)
      log.info({ event: 'mail.outbox', subject: mail.subject, path })
    } else if (!(await this.#tryAll(smtpUrl, mail, unsent))) return
    if (unsent !== undefined) await this.#unsent.remove(unsent)
  }

  /** `false` when it stays where it is kept: the server stops, or it was taken back there. */
  async #tryAll(smtpUrl: string, mail: Mail, unsent: string | undefined): Promise<boolean> {
    const { log, pausesMs = usualPausesMs } = this.#options
    for (const [attempt, pauseMs] of [...pausesMs, undefined].entries()) {
      try {
        await this.#connections.within(() => this.#postTo(smtpUrl, mail))
        log.info({ event: 'mail.sent', subject: mail.subject, attempt: attempt + 1 })
        return true
      } catch (error) {
        if (pauseMs !== undefined && !isRefusal(error)) {
          log.warn({ event: 'mail.waits', subject: mail.subject, waitMs: pauseMs, ...errorFields(error) })
          const isOpen = await this.#pause(pauseMs)
          if (isOpen && (unsent === undefined || (await this.#unsent.touch(unsent)))) continue
          if (unsent !== undefined) return false
        }
        const path = await this.#putAway(mail)
        log.error({ event: 'mail.not_sent', subject: mail.subject, path, ...errorFields(error) })
        return true
      }
    }
    return true
  }

  async #postTo(smtpUrl: string, mail: Mail): Promise<void> {
    this.#closing.signal.throwIfAborted()
    this.#post ??= import('./post.ts').then(({ smtpPost }) => smtpPost(smtpUrl, this.#options.from))
    await (await this.#post)(mail)
  }

  async #putAway(mail: Mail): Promise<string> {
    const { compose } = await import('./post.ts')
    return putIntoOutbox(this.#options.outbox, await compose(mail, this.#options.from))
  }

  /** `false` when the server stops meanwhile. */
  async #pause(ms: number): Promise<boolean> {
    return setTimeout(ms, true, { signal: this.#closing.signal, ref: false }).catch(() => false)
  }
}

/**
 * Whether another try would end the same. A refused login would not: it is the operator's to mend.
 * Source: RFC 5321 §4.2.1, permanent negative replies are 5yz
 */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error) || !('responseCode' in error) || typeof error.responseCode !== 'number')
    return false
  return error.responseCode >= 500 && !('code' in error && error.code === 'EAUTH')
}
