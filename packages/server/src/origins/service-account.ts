/**
 * Access tokens of a Google service account: a statement signed with its key is exchanged for one, which is used until
 * shortly before it ends. Everybody who waits for a token waits for the same one.
 *
 * Source: RFC 7523 §2.1; Google, "Using OAuth 2.0 for Server to Server Applications"
 */
import { sign } from 'node:crypto'
import { problem } from '@fovea/core'
import type { Egress } from '../egress/index.ts'
import type { ServiceAccountKey } from './service-account-key.ts'

export interface TokenOptions {
  readonly key: ServiceAccountKey
  /** What the token is good for, a URL of Google's. */
  readonly scope: string
  readonly egress: Egress
  readonly timeoutMs: number
}

interface Token {
  readonly text: string
  /** Unix milliseconds. */
  readonly until: number
}

/** The longest that Google allows, seconds. */
const statementSeconds = 3_600
/** A token is not used in its last minute: clocks differ, and a fetch takes time. */
const reserveMs = 60_000
const maxAnswerBytes = 65_536

export class ServiceAccountTokens {
  readonly #options: TokenOptions
  #current: Promise<Token> | undefined

  constructor(options: TokenOptions) {
    this.#options = options
  }

  /** @throws Problem `origin/refused` when the account is given none, and those of the guarded fetch */
  async get(): Promise<string> {
    const current = this.#current
    if (current !== undefined) {
      const { text, until } = await current
      if (Date.now() < until) return text
      if (this.#current === current) this.#current = undefined
    }
    this.#current ??= this.#ask()
    const asking = this.#current
    asking.catch(() => {
      if (this.#current === asking) this.#current = undefined
    })
    return (await asking).text
  }

  /** The token was refused: the next one is a new one. */
  forget(): void {
    this.#current = undefined
  }

  async #ask(): Promise<Token> {
    const { key, egress, timeoutMs } = this.#options
    const body = new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: this.#statement(Math.floor(Date.now() / 1000)),
    })
    const response = await egress.fetch({
      url: key.token_uri,
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: Buffer.from(body.toString()),
      timeoutMs,
      maxBytes: maxAnswerBytes,
      maxRedirects: 0,
      httpsOnly: true,
    })
    const chunks: Uint8Array[] = []
    for await (const chunk of response.body) chunks.push(chunk)
    const answer = jsonOf(Buffer.concat(chunks).toString('utf8'))
    const { access_token: text, expires_in: seconds } = answer
    if (response.status !== 200 || typeof text !== 'string' || !/^[\x21-\x7e]{1,4096}$/.test(text))
      throw this.#refused(response.status, answer)
    const lifetime = typeof seconds === 'number' && seconds > 0 ? seconds : statementSeconds
    return { text, until: Date.now() + lifetime * 1000 - reserveMs }
  }

  /** A JWT that says who asks for what. */
  #statement(nowSeconds: number): string {
    const { key, scope } = this.#options
    const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
    const text = [
      encoded({ alg: 'RS256', typ: 'JWT', kid: key.private_key_id }),
      encoded({
        iss: key.client_email,
        scope,
        aud: key.token_uri,
        iat: nowSeconds,
        exp: nowSeconds + statementSeconds,
      }),
    ].join('.')
    return `${text}.${sign('RSA-SHA256', Buffer.from(text), key.private_key).toString('base64url')}`
  }

  #refused(status: number, { error }: Readonly<Record<string, unknown>>) {
    const reason = typeof error === 'string' && /^[a-z_]{1,50}$/.test(error) ? ` (${error})` : ''
    return problem(status < 500 ? 'origin/refused' : 'origin/invalid-response', {
      detail: `The service account of the origin was given no access: its token server answered ${status}${reason}.`,
      members: { originStatus: status },
    })
  }
}

function jsonOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}
