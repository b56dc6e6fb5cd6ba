/**
 * One answer as the bytes that go onto the wire: status line, headers and body in one buffer.
 *
 * Two things in it age: `Date`, and `max-age` of a URL that expires. Both have a fixed place and width and are
 * rewritten at most once a second, in place. Once a socket has kept a reference (its write did not finish at once)
 * the buffer must not change any more, so the next rewrite goes to a copy.
 */
import type { Reply, Representation } from './reply.ts'

/** `Date` values all have this form and length. */
const datePlaceholder = 'Thu, 01 Jan 1970 00:00:00 GMT'
const maxAgeWidth = 10

let dateSecond = -1
let dateText = datePlaceholder

/** IMF-fixdate of a second; the text is made once per second for the whole process. */
function httpDate(nowSeconds: number): string {
  if (nowSeconds !== dateSecond) {
    dateSecond = nowSeconds
    dateText = new Date(nowSeconds * 1000).toUTCString()
  }
  return dateText
}

/** Bytes that a project's hits have sent and that have not been counted as its usage yet. */
export interface Account {
  bytes: number
}

export class PreparedHit {
  /** Headers of the whole answer as data, for HEAD, Range and conditional requests. */
  readonly reply: Reply
  readonly representation: Representation
  /** Unix seconds from which the URL is no longer valid; Infinity when it never ends. */
  readonly notAfter: number
  readonly bodyBytes: number
  readonly account: Account
  #wire: Buffer
  readonly #dateAt: number
  /** -1 when the freshness does not depend on the clock. */
  readonly #maxAgeAt: number
  #second = -1
  #isLent = false

  private constructor(options: {
    readonly reply: Reply
    readonly representation: Representation
    readonly account: Account
    readonly wire: Buffer
    readonly bodyAt: number
    readonly dateAt: number
    readonly maxAgeAt: number
  }) {
    this.reply = options.reply
    this.representation = options.representation
    this.account = options.account
    this.notAfter = options.representation.expiresAt ?? Number.POSITIVE_INFINITY
    this.#wire = options.wire
    this.#dateAt = options.dateAt
    this.#maxAgeAt = options.maxAgeAt
    this.bodyBytes = options.wire.length - options.bodyAt
  }

  static of(reply: Reply, body: Uint8Array, representation: Representation, account: Account): PreparedHit {
    const { 'X-Fovea-Request-Id': _, ...kept } = reply.headers
    const headers: Record<string, string> = {
      ...kept,
      'Server-Timing': 'cache;desc="memory"',
      'X-Fovea-Cache': 'hit',
    }
    const freshness = headers['Cache-Control'] ?? ''
    const expires = representation.expiresAt !== undefined
    const lines = Object.entries(headers)
      .filter(([name]) => name !== 'Cache-Control')
      .map(([name, value]) => `${name}: ${value}\r\n`)
    const start = `HTTP/1.1 200 OK\r\nDate: `
    const beforeMaxAge = `${start}${datePlaceholder}\r\nCache-Control: ${expires ? freshness.replace(/\d+$/, '') : freshness}`
    const head = Buffer.from(
      `${beforeMaxAge}${expires ? ' '.repeat(maxAgeWidth) : ''}\r\n${lines.join('')}Content-Length: ${body.length}\r\nConnection: keep-alive\r\n\r\n`,
      'latin1',
    )
    const wire = Buffer.concat([head, body])
    return new PreparedHit({
      reply: {
        ...reply,
        headers,
        cache: 'memory',
        body: { kind: 'bytes', bytes: wire.subarray(head.length) },
      },
      representation,
      account,
      wire,
      bodyAt: head.length,
      dateAt: start.length,
      maxAgeAt: expires ? beforeMaxAge.length : -1,
    })
  }

  get sizeBytes(): number {
    return this.#wire.length
  }

  /** The whole answer. The caller must call `lend` when the socket has not written all of it at once. */
  wire(nowSeconds: number): Buffer {
    if (nowSeconds !== this.#second) this.#refresh(nowSeconds)
    return this.#wire
  }

  /** Somebody still holds the buffer that `wire` returned. */
  lend(): void {
    this.#isLent = true
  }

  #refresh(nowSeconds: number): void {
    if (this.#isLent) {
      this.#wire = Buffer.from(this.#wire)
      this.#isLent = false
    }
    this.#wire.write(httpDate(nowSeconds), this.#dateAt, 'latin1')
    if (this.#maxAgeAt !== -1) {
      const left = Math.max(0, this.notAfter - nowSeconds)
      this.#wire.write(String(left).padEnd(maxAgeWidth), this.#maxAgeAt, 'latin1')
    }
    this.#second = nowSeconds
  }
}
