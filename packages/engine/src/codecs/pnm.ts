/**
 * The portable anymaps: PBM, PGM, PPM (P1–P6), PAM (P7) and PFM; of several pictures in a file the first.
 *
 * More than eight bit stay sixteen. PFM's floats are taken as values for the eye between 0 and 1, which is what
 * other readers do; what is outside is cut. Source: Netpbm documentation, "pnm", "pam" and "pfm" (2026)
 */
import { type Codec, startsWith } from './codec.ts'
import { checkedLength, checkedSides, damaged, type PixelHeader, type Pixels } from './pixels.ts'

const name = 'PNM'
const maxSample = 65_535
const maxHeaderBytes = 16_384

interface Header extends PixelHeader {
  /** The digit or letter behind the P. */
  readonly kind: string
  readonly planes: number
  readonly most: number
  /** PFM's sign: negative is little-endian. */
  readonly scale: number
  readonly dataAt: number
}

export const pnm: Codec = {
  format: 'pnm',
  sniff: (head) =>
    startsWith(head, [0x50]) && /^P[1-7Ff][\s#]/.test(String.fromCharCode(...head.subarray(0, 3))),
  decoder: {
    header(bytes) {
      const { width, height, channels, depth } = readHeader(bytes)
      return { width, height, channels, depth }
    },
    decode,
  },
  loaders: [],
  sharpFormat: 'tiff',
  shrinksOnLoad: false,
  holds16Bit: false,
}

/** Reads words separated by white space, skipping comments. */
class Words {
  readonly bytes: Uint8Array
  at: number

  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes
    this.at = at
  }

  /** The next word, up to `longest` characters; empty at the end. */
  next(longest = 20): string {
    this.#skip()
    let word = ''
    while (this.at < this.bytes.length && !isSpace(this.bytes[this.at] ?? 0) && word.length < longest) {
      word += String.fromCharCode(this.bytes[this.at++] ?? 0)
    }
    return word
  }

  number(): number {
    const word = this.next()
    if (!/^\d{1,10}$/.test(word)) throw damaged(name, 'has no number where one belongs')
    return Number(word)
  }

  /** A decimal in the raster, without making a string of it. */
  sample(): number {
    this.#skip()
    let [value, digits] = [0, 0]
    for (; this.at < this.bytes.length; this.at++, digits++) {
      const digit = (this.bytes[this.at] ?? 0) - 0x30
      if (digit < 0 || digit > 9) break
      if (digits > 10) throw damaged(name, 'has a number that is too long')
      value = value * 10 + digit
    }
    if (digits === 0) throw damaged(name, 'ends before its last pixel')
    return value
  }

  /** One digit, 0 or 1; PBM needs no space between them. */
  bit(): number {
    this.#skip()
    const byte = this.bytes[this.at++]
    if (byte !== 0x30 && byte !== 0x31) throw damaged(name, 'ends before its last pixel')
    return byte - 0x30
  }

  #skip(): void {
    for (; this.at < this.bytes.length; this.at++) {
      if (this.bytes[this.at] === 0x23) {
        const end = this.bytes.indexOf(10, this.at)
        this.at = end < 0 ? this.bytes.length : end
      } else if (!isSpace(this.bytes[this.at] ?? 0)) return
    }
  }
}

function isSpace(byte: number): boolean {
  return byte === 32 || (byte >= 9 && byte <= 13)
}

function readHeader(bytes: Uint8Array): Header {
  const words = new Words(bytes.subarray(0, maxHeaderBytes), 2)
  const kind = String.fromCharCode(bytes[1] ?? 0)
  if (kind === '7') return readPamHeader(words)
  const [width, height] = [words.number(), words.number()]
  checkedSides(name, width, height)
  if (kind === 'F' || kind === 'f') {
    const scale = Number(words.next())
    if (!Number.isFinite(scale) || scale === 0) throw damaged(name, 'has a scale that is no number')
    const channels = kind === 'F' ? 3 : 1
    return {
      kind,
      width,
      height,
      channels,
      planes: channels,
      depth: 16,
      most: 1,
      scale,
      dataAt: words.at + 1,
    }
  }
  const most = kind === '1' || kind === '4' ? 1 : words.number()
  checkMost(most)
  const channels = kind === '3' || kind === '6' ? 3 : 1
  return {
    kind,
    width,
    height,
    channels,
    planes: channels,
    depth: depthOf(most),
    most,
    scale: 1,
    dataAt: words.at + 1,
  }
}

function readPamHeader(words: Words): Header {
  const fields = new Map<string, number>()
  for (let word = words.next(); word !== 'ENDHDR'; word = words.next()) {
    if (word === 'TUPLTYPE') words.next()
    else if (['WIDTH', 'HEIGHT', 'DEPTH', 'MAXVAL'].includes(word)) fields.set(word, words.number())
    else throw damaged(name, 'has an unknown word in its header')
  }
  const field = (key: string) => fields.get(key) ?? 0
  const [width, height, planes, most] = [field('WIDTH'), field('HEIGHT'), field('DEPTH'), field('MAXVAL')]
  checkedSides(name, width, height)
  checkMost(most)
  if (planes < 1 || planes > 4) throw damaged(name, `has ${planes} channels`)
  const channels = planes === 1 || planes === 3 ? planes : 4
  return {
    kind: '7',
    width,
    height,
    channels,
    planes,
    depth: depthOf(most),
    most,
    scale: 1,
    dataAt: words.at + 1,
  }
}

function checkMost(most: number): void {
  if (most < 1 || most > maxSample) throw damaged(name, `has a largest value of ${most}`)
}

function depthOf(most: number): 8 | 16 {
  return most > 255 ? 16 : 8
}

function decode(bytes: Uint8Array): Pixels {
  const header = readHeader(bytes)
  const { width, height, planes, depth, kind, most, dataAt } = header
  const count = width * height * planes
  const isPlain = kind === '1' || kind === '2' || kind === '3'
  const isFloat = kind === 'F' || kind === 'f'
  const packedBytes = Math.ceil(width / 8) * height
  const sampleBytes = isFloat ? 4 : depth / 8
  checkedLength(name, bytes, dataAt + (isPlain ? count : kind === '4' ? packedBytes : count * sampleBytes))
  const samples = depth === 16 ? new Uint16Array(count) : new Uint8Array(count)
  if (isFloat) readFloats(bytes, header, samples)
  else if (kind === '4') readPacked(bytes, header, samples)
  else if (isPlain) readPlain(bytes, header, samples)
  else readRaw(bytes, header, samples)
  const { channels } = header
  const data = planes === 2 ? greyAlphaToRgba(samples) : samples
  return { width, height, channels, depth: most > 255 ? 16 : depth, data }
}

function readRaw(
  bytes: Uint8Array,
  { dataAt, most, depth }: Header,
  samples: Uint8Array | Uint16Array,
): void {
  if (depth === 8 && most === 255) {
    samples.set(bytes.subarray(dataAt, dataAt + samples.length))
    return
  }
  const full = depth === 16 ? maxSample : 255
  const table = tableOf(most, full)
  for (let index = 0, at = dataAt; index < samples.length; index++) {
    const value = depth === 16 ? ((bytes[at++] ?? 0) << 8) | (bytes[at++] ?? 0) : (bytes[at++] ?? 0)
    samples[index] = table[value] ?? full
  }
}

function readPlain(
  bytes: Uint8Array,
  { dataAt, most, depth, kind }: Header,
  samples: Uint8Array | Uint16Array,
): void {
  const words = new Words(bytes, dataAt - 1)
  const full = depth === 16 ? maxSample : 255
  const table = tableOf(most, full)
  for (let index = 0; index < samples.length; index++) {
    samples[index] = kind === '1' ? 255 * (1 - words.bit()) : (table[words.sample()] ?? full)
  }
}

/** What each stored value means; values beyond the largest one are not in it. */
function tableOf(most: number, full: number): Uint16Array {
  return Uint16Array.from({ length: most + 1 }, (_, value) => Math.round((value * full) / most))
}

/** A set bit is black. */
function readPacked(
  bytes: Uint8Array,
  { dataAt, width, height }: Header,
  samples: Uint8Array | Uint16Array,
): void {
  const stride = Math.ceil(width / 8)
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const byte = bytes[dataAt + y * stride + (x >> 3)] ?? 0
      samples[to++] = (byte >> (7 - (x & 7))) & 1 ? 0 : 255
    }
  }
}

/** Rows stand from the bottom up. */
function readFloats(bytes: Uint8Array, header: Header, samples: Uint8Array | Uint16Array): void {
  const { width, height, planes, scale, dataAt } = header
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const rowSamples = width * planes
  for (let row = 0, at = dataAt; row < height; row++) {
    const to = (height - 1 - row) * rowSamples
    for (let index = 0; index < rowSamples; index++, at += 4) {
      const value = view.getFloat32(at, scale < 0)
      samples[to + index] = value > 0 ? Math.round(Math.min(1, value) * maxSample) : 0
    }
  }
}

function greyAlphaToRgba(samples: Uint8Array | Uint16Array): Uint8Array | Uint16Array {
  const rgba =
    samples instanceof Uint16Array ? new Uint16Array(samples.length * 2) : new Uint8Array(samples.length * 2)
  for (let from = 0, to = 0; from < samples.length; from += 2) {
    rgba.fill(samples[from] ?? 0, to, to + 3)
    rgba[to + 3] = samples[from + 1] ?? 0
    to += 4
  }
  return rgba
}
