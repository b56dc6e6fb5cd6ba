/**
 * Sends letters behind the answer: nobody waits for a mail server, and nobody can tell from the time an answer takes
 * whether a letter was sent.
 *
 * A letter that the server does not take is tried again, then put into the outbox folder with an error in the log: it
 * is never lost. Without a server every letter goes there, and the log says where.
 */
import { setTimeout } from 'node:timers/promises'
import { errorFields, type Log } from '../observe/index.ts'
import type { Mail } from './mail.ts'
import { putIntoOutbox } from './outbox.ts'

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

const usualPausesMs = [2_000, 10_000, 60_000]

export class Mailer {
  readonly #options: MailerOptions
  readonly #pending = new Set<Promise<void>>()
  readonly #closing = new AbortController()
  #post: Promise<(mail: Mail) => Promise<void>> | undefined

  constructor(options: MailerOptions) {
    this.#options = options
  }

  /** Takes the letter; returns at once and never throws. */
  send(mail: Mail): void {
    const sending = this.#deliver(mail)
      .catch((error) =>
        this.#options.log.error({ event: 'mail.lost', subject: mail.subject, ...errorFields(error) }),
      )
      .finally(() => this.#pending.delete(sending))
    this.#pending.add(sending)
  }

  /** Waits until every letter has left or lies in the outbox. */
  async settled(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending)
  }

  /** Letters that wait for another try go to the outbox now. */
  async close(): Promise<void> {
    this.#closing.abort()
    await this.settled()
  }

  async #deliver(mail: Mail): Promise<void> {
    const { smtpUrl, log } = this.#options
    if (smtpUrl === undefined) {
      const path = await this.#keep(mail)
      log.info({ event: 'mail.outbox', subject: mail.subject, path })
      return
    }
    const pauses = this.#options.pausesMs ?? usualPausesMs
    for (const [attempt, pauseMs] of [...pauses, undefined].entries()) {
      try {
        this.#post ??= this.#connect(smtpUrl)
        await (await this.#post)(mail)
        log.info({ event: 'mail.sent', subject: mail.subject, attempt: attempt + 1 })
        return
      } catch (error) {
        if (pauseMs !== undefined && (await this.#pause(pauseMs))) continue
        const path = await this.#keep(mail)
        log.error({ event: 'mail.not_sent', subject: mail.subject, path, ...errorFields(error) })
        return
      }
    }
  }

  async #connect(smtpUrl: string): Promise<(mail: Mail) => Promise<void>> {
    const { smtpPost } = await import('./post.ts')
    return smtpPost(smtpUrl, this.#options.from)
  }

  async #keep(mail: Mail): Promise<string> {
    const { compose } = await import('./post.ts')
    return putIntoOutbox(this.#options.outbox, await compose(mail, this.#options.from))
  }

  /** `false` when the server stops meanwhile. */
  async #pause(ms: number): Promise<boolean> {
    return setTimeout(ms, true, { signal: this.#closing.signal, ref: false }).catch(() => false)
  }
}
