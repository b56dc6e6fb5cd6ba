/**
 * Reads a JSON body that carries a picture as base64, without ever holding the picture: one long string of the
 * document is decoded to a file while it arrives, and a mark takes its place in the text that is parsed.
 *
 * `JSON.parse` of the whole would hold the body, the string and the bytes at once (200 MB for a picture of 50) and
 * keep the event loop for a tenth of a second.
 */

import { problem } from '@fovea/core'
import { parseJson } from '@fovea/core/dialects/json'
import { Base64Decoder } from './base64-decoder.ts'

/** What stands where the picture was: no base64. */
const liftedMark = '\u0000'
/** A string longer than this is a picture. */
const liftFrom = 64 * 1024
/** The document without its picture, bytes. */
const maxTextBytes = 256 * 1024
const maxDepth = 64

const quote = 0x22
const backslash = 0x5c

export interface JsonWithFileOptions<T> {
  /** Of the whole body, bytes. */
  readonly maxBytes: number
  /** Takes the picture's bytes to their end. */
  receive(bytes: AsyncIterable<Uint8Array>): Promise<T>
}

export interface JsonWithFile<T> {
  readonly value: unknown
  /** What `receive` made of the picture; absent when it was short enough to stay in the text. */
  readonly file: T | undefined
}

/** Whether a text of the document stands for the picture that was taken out. */
export function isLifted(text: string): boolean {
  return text === liftedMark
}

/**
 * The caller owns `file`, and gets it in `onFile` even when the rest of the body turns out to be wrong.
 * @throws Problem `source/too-large`, `request/malformed`
 */
export async function readJsonWithFile<T>(
  body: AsyncIterable<Buffer>,
  { maxBytes, receive }: JsonWithFileOptions<T>,
  onFile: (file: T) => void,
): Promise<JsonWithFile<T>> {
  const input = new Input(body, maxBytes)
  const text = new Text()
  let file: T | undefined
  for (;;) {
    const isString = await copyUpToString(input, text)
    if (!isString) break
    const held: Buffer[] = []
    if (await readString(input, held, liftFrom)) {
      for (const piece of held) text.push(piece)
    } else {
      if (file !== undefined)
        throw problem('request/malformed', { detail: 'The body holds more than one long text.' })
      text.push(Buffer.from(JSON.stringify(liftedMark).slice(1, -1)))
      file = await receive(decoded(held, input))
      onFile(file)
    }
    text.push(Buffer.of(quote))
  }
  return { value: parseJson(text.toString(), maxDepth), file }
}

/** The body as pieces of chunks. */
class Input {
  readonly #chunks: AsyncIterator<Buffer>
  readonly #maxBytes: number
  #read = 0
  chunk: Buffer = Buffer.alloc(0)
  at = 0
  /** Behind the quote that begins a string, and before the one that ends it. */
  isInString = false
  /** The character before was a backslash that begins an escape. */
  isEscaped = false

  constructor(body: AsyncIterable<Buffer>, maxBytes: number) {
    this.#chunks = body[Symbol.asyncIterator]()
    this.#maxBytes = maxBytes
  }

  /** Whether there is something at `at`. */
  async more(): Promise<boolean> {
    while (this.at >= this.chunk.length) {
      const next = await this.#chunks.next()
      if (next.done === true) return false
      this.chunk = next.value
      this.at = 0
      this.#read += this.chunk.length
      if (this.#read > this.#maxBytes) {
        throw problem('source/too-large', {
          detail: `The request body has more than ${this.#maxBytes} bytes.`,
          members: { limitBytes: this.#maxBytes },
        })
      }
    }
    return true
  }

  /** From `at` up to `end`. */
  take(end: number): Buffer {
    const piece = this.chunk.subarray(this.at, end)
    this.at = end
    return piece
  }
}

/** The document that is parsed in the end. */
class Text {
  readonly #pieces: Buffer[] = []
  #length = 0

  push(piece: Buffer): void {
    this.#length += piece.length
    if (this.#length > maxTextBytes) {
      throw problem('source/too-large', {
        detail: `Without its picture the request body has more than ${maxTextBytes} bytes.`,
        members: { limitBytes: maxTextBytes },
      })
    }
    // A copy: a piece would keep the whole chunk it is part of.
    this.#pieces.push(Buffer.from(piece))
  }

  toString(): string {
    return Buffer.concat(this.#pieces).toString('utf8')
  }
}

/** Up to and with the quote that begins a string; `false` at the end of the body. */
async function copyUpToString(input: Input, text: Text): Promise<boolean> {
  while (await input.more()) {
    const found = input.chunk.indexOf(quote, input.at)
    text.push(input.take(found < 0 ? input.chunk.length : found + 1))
    input.isInString = found >= 0
    if (input.isInString) return true
  }
  return false
}

/** Content of a string up to its closing quote, which is passed; `false` when it is longer than `most`. */
async function readString(input: Input, held: Buffer[], most: number): Promise<boolean> {
  let length = 0
  for await (const piece of stringPieces(input)) {
    held.push(piece)
    length += piece.length
    if (length > most) return false
  }
  return true
}

/** The rest of the string that `input` stands in. May be left early and begun again. */
async function* stringPieces(input: Input): AsyncGenerator<Buffer> {
  while (input.isInString) {
    if (!(await input.more())) throw problem('request/malformed', { detail: 'The body ends inside a text.' })
    const end = endOfString(input)
    const piece = input.take(end)
    if (end < input.chunk.length) {
      input.isInString = false
      input.at++
    }
    if (piece.length > 0) yield piece
  }
}

/** Place of the closing quote in the chunk; its length when the string goes on. */
function endOfString(input: Input): number {
  const { chunk } = input
  let at = input.at
  if (input.isEscaped) {
    input.isEscaped = false
    at++
  }
  for (;;) {
    const end = chunk.indexOf(quote, at)
    const escapeAt = chunk.subarray(at, end < 0 ? chunk.length : end).indexOf(backslash)
    if (escapeAt < 0) return end < 0 ? chunk.length : end
    at += escapeAt + 2
    if (at > chunk.length) {
      input.isEscaped = true
      return chunk.length
    }
  }
}

async function* decoded(held: readonly Buffer[], input: Input): AsyncGenerator<Uint8Array> {
  const decoder = new Base64Decoder()
  // In one piece: a data URI's prefix must not be cut.
  yield decoder.push(Buffer.concat(held).toString('latin1'))
  for await (const piece of stringPieces(input)) yield decoder.push(piece.toString('latin1'))
  yield decoder.end()
}
