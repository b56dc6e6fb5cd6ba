/**
 * Decodes base64 text that comes in pieces, as it stands inside a JSON string: `\/` and line breaks are what encoders
 * put in. Strict otherwise (RFC 4648 §4): what is no base64 is no picture either.
 */
import { problem } from '@fovea/core'

/** Longest beginning of a data URI up to its comma. */
const maxPrefix = 200

export class Base64Decoder {
  #rest = ''
  #isBegun = false
  #isPadded = false

  /** @throws Problem `request/malformed` */
  push(piece: string): Buffer {
    let text = this.#rest + piece
    this.#rest = ''
    if (!this.#isBegun) text = this.#begin(text)
    if (text.endsWith('\\')) {
      this.#rest = '\\'
      text = text.slice(0, -1)
    }
    if (text.includes('\\')) text = text.replaceAll('\\/', '/').replaceAll(/\\[nrt]/g, '')
    text = text.replaceAll(/[\r\n\t ]+/g, '')
    const whole = text.length - (text.length % 4)
    this.#rest = text.slice(whole) + this.#rest
    return this.#decode(text.slice(0, whole))
  }

  /** What is left; padding may be missing. @throws Problem `request/malformed` */
  end(): Buffer {
    const text = this.#rest
    this.#rest = ''
    if (text.length % 4 === 1 || text.includes('=')) throw wrong()
    return this.#decode(text)
  }

  #begin(text: string): string {
    this.#isBegun = true
    if (!text.startsWith('data:')) return text
    const comma = text.indexOf(',')
    if (comma < 0 || comma > maxPrefix || !text.slice(0, comma).endsWith(';base64')) throw wrong()
    return text.slice(comma + 1)
  }

  #decode(text: string): Buffer {
    if (text === '') return Buffer.alloc(0)
    if (this.#isPadded || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw wrong()
    this.#isPadded = text.endsWith('=')
    return Buffer.from(text, 'base64')
  }
}

/** The bytes of a short text. @throws Problem `request/malformed` */
export function decodeBase64(text: string): Buffer {
  const decoder = new Base64Decoder()
  return Buffer.concat([decoder.push(text), decoder.end()])
}

function wrong() {
  return problem('request/malformed', { detail: 'The picture is not base64.' })
}
