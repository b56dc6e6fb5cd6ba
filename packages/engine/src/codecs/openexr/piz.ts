/**
 * PIZ: values that occur are numbered, wavelet-transformed and Huffman-coded.
 * Source: OpenEXR, ImfPizCompressor, ImfWav and ImfHuf (descriptions in "Technical Introduction to OpenEXR")
 */
import { damaged } from '../pixels.ts'
import { name } from './header.ts'
import { readHuffman } from './huffman.ts'

/** A channel of a block; `words` are the 16-bit halves of a sample. */
interface Rows {
  readonly wide: number
  readonly high: number
  readonly words: number
}

const bitmapBytes = 8_192
/** From here on sums need all 16 bits and wrap around. */
const wrapsFrom = 1 << 14

/** Words of one channel after the other. */
export function undoPiz(stored: Uint8Array, channels: readonly Rows[], count: number): Uint16Array {
  const view = new DataView(stored.buffer, stored.byteOffset, stored.byteLength)
  const [first, last] = [view.getUint16(0, true), view.getUint16(2, true)]
  const bitmap = new Uint8Array(bitmapBytes)
  if (last >= bitmapBytes) throw damaged(name, 'has a block with values outside of 16 bit')
  let at = 4
  if (first <= last) {
    bitmap.set(stored.subarray(at, at + last - first + 1), first)
    at += last - first + 1
  }
  const { table, most } = valuesOf(bitmap)
  const length = view.getUint32(at, true)
  if (at + 4 + length > stored.length) throw damaged(name, 'ends within a block')
  const words = readHuffman(stored.subarray(at + 4, at + 4 + length), count)
  let start = 0
  for (const { wide, high, words: size } of channels) {
    for (let word = 0; word < size; word++) {
      undoWavelet(words.subarray(start + word), { wide, high, step: size, isWrapping: most >= wrapsFrom })
    }
    start += wide * high * size
  }
  for (let index = 0; index < words.length; index++) words[index] = table[words[index] ?? 0] ?? 0
  return words
}

/** Zero always has a number; the others where the bitmap says so. */
function valuesOf(bitmap: Uint8Array): { table: Uint16Array; most: number } {
  const table = new Uint16Array(65_536)
  let count = 0
  for (let value = 0; value < 65_536; value++) {
    if (value === 0 || ((bitmap[value >> 3] ?? 0) & (1 << (value & 7))) !== 0) table[count++] = value
  }
  return { table, most: count - 1 }
}

interface Plane {
  readonly wide: number
  readonly high: number
  /** From one sample to the next. */
  readonly step: number
  readonly isWrapping: boolean
}

function undoWavelet(words: Uint16Array, { wide, high, step, isWrapping }: Plane): void {
  const join = isWrapping ? joinWrapping : joinPlain
  const stride = wide * step
  let reach = 1
  while (reach * 2 <= Math.min(wide, high)) reach *= 2
  for (let size = reach; size >= 2; size /= 2) {
    const half = size / 2
    const [right, down] = [half * step, half * stride]
    let y = 0
    for (; y + size <= high; y += size) {
      let x = 0
      for (; x + size <= wide; x += size) {
        const at = y * stride + x * step
        join(words, at, at + down)
        join(words, at + right, at + right + down)
        join(words, at, at + right)
        join(words, at + down, at + right + down)
      }
      if ((wide & half) !== 0) join(words, y * stride + x * step, y * stride + x * step + down)
    }
    if ((high & half) === 0) continue
    for (let x = 0; x + size <= wide; x += size)
      join(words, y * stride + x * step, y * stride + x * step + right)
  }
}

/** Mean and difference back to two values, signed. */
function joinPlain(words: Uint16Array, a: number, b: number): void {
  const mean = ((words[a] ?? 0) << 16) >> 16
  const difference = ((words[b] ?? 0) << 16) >> 16
  const first = mean + (difference & 1) + (difference >> 1)
  words[a] = first
  words[b] = first - difference
}

/** The same modulo 2^16. */
function joinWrapping(words: Uint16Array, a: number, b: number): void {
  const [mean, difference] = [words[a] ?? 0, words[b] ?? 0]
  const second = (mean - (difference >> 1)) & 0xffff
  words[b] = second
  words[a] = (difference + second - 0x8000) & 0xffff
}
