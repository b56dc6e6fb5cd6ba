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
  readonly #boundary: Buffer
  /** The last bytes that came, as long as a boundary that has not come whole yet may be. */
  #held: Buffer = Buffer.alloc(0)
  /** The body has been read to its end. */
  isWhole: boolean

  constructor(request: IncomingMessage) {
    const {
      'content-length': length = '0',
      'transfer-encoding': coding,
      'content-type': type,
    } = request.headers
    this.#boundary = Buffer.from(boundaryOf(type), 'latin1')
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
    return this.#hash.update(this.#held).digest('hex')
  }

  #add(chunk: Buffer): void {
    if (this.#boundary.length === 0) {
      this.#hash.update(chunk)
      return
    }
    let rest = Buffer.concat([this.#held, chunk])
    for (let at = rest.indexOf(this.#boundary); at !== -1; at = rest.indexOf(this.#boundary)) {
      this.#hash.update(rest.subarray(0, at))
      rest = rest.subarray(at + this.#boundary.length)
    }
    const settled = Math.max(0, rest.length - this.#boundary.length + 1)
    this.#hash.update(rest.subarray(0, settled))
    this.#held = rest.subarray(settled)
  }
}

/** Empty where there is none. Source: RFC 2046 §5.1.1 */
function boundaryOf(contentType = ''): string {
  if (!/^multipart\//i.test(contentType)) return ''
  const [, quoted, plain = ''] = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType) ?? []
  return quoted ?? plain
}
