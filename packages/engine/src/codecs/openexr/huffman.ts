/**
 * The Huffman code of PIZ: canonical with the longest codes first, up to 58 bits, one symbol for runs.
 * Source: OpenEXR, ImfHuf
 */
import { damaged } from '../pixels.ts'
import { name } from './header.ts'

const [longestCode, shortRun, longRun] = [58, 59, 63]
const [leastShortRun, leastLongRun] = [2, 6]
const headBytes = 20
/** Codes up to this length are looked up at once. */
const tableBits = 12

/** Decodes `count` words. */
export function readHuffman(bytes: Uint8Array, count: number): Uint16Array {
  const words = new Uint16Array(count)
  if (bytes.length === 0) return words
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const [first, last, length] = [view.getUint32(0, true), view.getUint32(4, true), view.getUint32(12, true)]
  if (first > last || last > 65_536) throw damaged(name, 'has a block with a wrong code')
  const bits = new Bits(bytes.subarray(headBytes))
  const code = codeFrom(bits, first, last)
  bits.align()
  const end = bits.position + length
  let to = 0
  while (to < count && bits.position < end) {
    const symbol = code.read(bits)
    if (symbol !== last) words[to++] = symbol
    else {
      const run = bits.read(8)
      if (to === 0 || to + run > count) throw damaged(name, 'has a block with a run that leaves it')
      words.fill(words[to - 1] ?? 0, to, to + run)
      to += run
    }
  }
  if (to < count) throw damaged(name, 'ends within a block')
  return words
}

/** Lengths of codes, six bits each; runs of unused symbols are counted. */
function codeFrom(bits: Bits, first: number, last: number): Code {
  const lengths = new Uint8Array(65_537)
  for (let symbol = first; symbol <= last; symbol++) {
    const length = bits.read(6)
    if (length === longRun) symbol += bits.read(8) + leastLongRun - 1
    else if (length >= shortRun) symbol += length - shortRun + leastShortRun - 1
    else lengths[symbol] = length
  }
  return new Code(lengths)
}

class Code {
  /** Per length: the first code, how many there are, where their symbols begin. */
  readonly #firsts = new Float64Array(longestCode + 2)
  readonly #counts = new Uint32Array(longestCode + 2)
  readonly #starts = new Uint32Array(longestCode + 2)
  readonly #symbols: Uint32Array
  /** Symbol times 64 plus length; 0 where codes are longer. */
  readonly #table = new Uint32Array(1 << tableBits)

  constructor(lengths: Uint8Array) {
    let total = 0
    for (const length of lengths) {
      if (length === 0) continue
      this.#counts[length] = (this.#counts[length] ?? 0) + 1
      total++
    }
    let next = 0
    for (let length = longestCode; length > 0; length--) {
      this.#firsts[length] = next
      next = Math.floor((next + (this.#counts[length] ?? 0)) / 2)
    }
    for (let length = 1; length <= longestCode; length++) {
      this.#starts[length + 1] = (this.#starts[length] ?? 0) + (this.#counts[length] ?? 0)
    }
    this.#symbols = new Uint32Array(total)
    const filled = this.#starts.slice()
    for (const [symbol, length] of lengths.entries()) {
      if (length === 0) continue
      const at = filled[length] ?? 0
      filled[length] = at + 1
      this.#symbols[at] = symbol
      if (length <= tableBits) this.#enter(symbol, length, at - (this.#starts[length] ?? 0))
    }
  }

  #enter(symbol: number, length: number, index: number): void {
    const from = ((this.#firsts[length] ?? 0) + index) * 2 ** (tableBits - length)
    this.#table.fill(symbol * 64 + length, from, from + 2 ** (tableBits - length))
  }

  read(bits: Bits): number {
    const entry = this.#table[bits.peek(tableBits)] ?? 0
    if (entry > 0) {
      bits.skip(entry & 63)
      return entry >>> 6
    }
    let code = 0
    for (let length = 1; length <= longestCode; length++) {
      code = code * 2 + bits.read(1)
      const index = code - (this.#firsts[length] ?? 0)
      if (index >= 0 && index < (this.#counts[length] ?? 0)) {
        return this.#symbols[(this.#starts[length] ?? 0) + index] ?? 0
      }
    }
    throw damaged(name, 'has a block with an unknown code')
  }
}

/** Most significant bit first; zeros behind the end. */
class Bits {
  readonly #bytes: Uint8Array
  position = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** Up to 24 bits. */
  peek(count: number): number {
    const at = this.position >>> 3
    const [a, b, c, d] = [this.#bytes[at], this.#bytes[at + 1], this.#bytes[at + 2], this.#bytes[at + 3]]
    const word = ((a ?? 0) << 24) | ((b ?? 0) << 16) | ((c ?? 0) << 8) | (d ?? 0)
    return (word << (this.position & 7)) >>> (32 - count)
  }

  skip(count: number): void {
    this.position += count
  }

  read(count: number): number {
    const value = this.peek(count)
    this.position += count
    return value
  }

  align(): void {
    this.position = Math.ceil(this.position / 8) * 8
  }
}
