/**
 * The digest of a request's body, taken while whoever reads it reads it: nothing is held, and nothing is read that
 * would not be read anyway.
 *
 * A form's boundary is left out of it: clients make a new one for each attempt to send the same form.
 */
import { createHash, type Hash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

export class BodyDigest {
  readonly #hash: Hash = createHash('sha256')
  /** Line break, two hyphens and the boundary (RFC 2046 §5.1.1); empty where the body is no form. */
  readonly #delimiter: Buffer
  /** The last bytes that came, as long as a delimiter that has not come whole yet may be. */
  #held: Buffer
  /** Bytes since the last delimiter. */
  #since = 0
  /** The body has been read to its end. */
  isWhole: boolean

  constructor(request: IncomingMessage) {
    const {
      'content-length': length = '0',
      'transfer-encoding': coding,
      'content-type': type,
    } = request.headers
    const boundary = boundaryOf(type)
    this.#delimiter = Buffer.from(boundary === '' ? '' : `\r\n--${boundary}`, 'latin1')
    // The first delimiter has no line break before it where nothing stands before it.
    this.#held = Buffer.from(boundary === '' ? '' : '\r\n')
    this.isWhole = length === '0' && coding === undefined
    if (this.isWhole) return
    // Explicitly paused, a stream that gets a listener does not begin to flow: the body waits for its reader.
    request.pause()
    request.on('data', (chunk: Buffer) => this.#add(chunk))
    request.once('end', () => {
      this.isWhole = true
    })
  }

  /** Lower-case hex, once; `undefined` while it is not whole. */
  take(): string | undefined {
    if (!this.isWhole) return undefined
    this.#take(this.#held)
    return this.#hash.digest('hex')
  }

  #add(chunk: Buffer): void {
    if (this.#delimiter.length === 0) {
      this.#take(chunk)
      return
    }
    let rest = Buffer.concat([this.#held, chunk])
    for (let at = rest.indexOf(this.#delimiter); at !== -1; at = rest.indexOf(this.#delimiter)) {
      this.#take(rest.subarray(0, at))
      this.#part()
      rest = rest.subarray(at + this.#delimiter.length)
    }
    const settled = Math.max(0, rest.length - this.#delimiter.length + 1)
    this.#take(rest.subarray(0, settled))
    this.#held = rest.subarray(settled)
  }

  #take(bytes: Uint8Array): void {
    this.#hash.update(bytes)
    this.#since += bytes.length
  }

  /** The length in place of the delimiter: no content looks like the end of a part. */
  #part(): void {
    const length = Buffer.alloc(8)
    length.writeBigUInt64LE(BigInt(this.#since))
    this.#hash.update(length)
    this.#since = 0
  }
}

/** Empty where there is none. Source: RFC 2046 §5.1.1 */
function boundaryOf(contentType = ''): string {
  if (!/^multipart\//i.test(contentType)) return ''
  const [, quoted, plain = ''] = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType) ?? []
  return quoted ?? plain
}
