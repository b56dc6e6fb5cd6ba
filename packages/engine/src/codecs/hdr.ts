/**
 * Radiance HDR, RGBE, tone-mapped to sRGB (see `tone-map.ts`); both run-length codings. Own decoder.
 * Source: Greg Ward, "Real Pixels" (Graphics Gems II) and the Radiance file format notes
 */
import { type Codec, startsWithText } from './codec.ts'
import { checkedSides, damaged, type PixelHeader, type Pixels } from './pixels.ts'
import { toneMapped } from './tone-map.ts'

const name = 'Radiance HDR'
const maxHeaderBytes = 65_536
/** Sides for which scanlines may be coded per component. */
const [leastCoded, mostCoded] = [8, 0x7fff]

interface Header extends PixelHeader {
  readonly exposure: number
  readonly isBottomFirst: boolean
  readonly isRightFirst: boolean
  readonly dataAt: number
}

export const hdr: Codec = {
  format: 'hdr',
  sniff: (head) => startsWithText(head, '#?RADIANCE') || startsWithText(head, '#?RGBE'),
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

function readHeader(bytes: Uint8Array): Header {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, maxHeaderBytes)).toString(
    'latin1',
  )
  const blank = /\r?\n\r?\n/.exec(text)
  if (blank === null) throw damaged(name, 'has a header without end')
  const head = text.slice(0, blank.index)
  if (/^FORMAT=/m.test(head) && !/^FORMAT=32-bit_rle_rgbe\s*$/m.test(head)) {
    throw damaged(name, 'is not in RGBE colours')
  }
  const sizeAt = blank.index + blank[0].length
  const lineEnd = text.indexOf('\n', sizeAt)
  const size = /^([-+])Y +(\d{1,9}) +([-+])X +(\d{1,9})\s*$/.exec(
    text.slice(sizeAt, Math.max(sizeAt, lineEnd)),
  )
  if (size === null) throw damaged(name, 'has no size in one of the usual orders')
  const [, y = '', height = '', x = '', width = ''] = size
  checkedSides(name, Number(width), Number(height))
  return {
    width: Number(width),
    height: Number(height),
    channels: 3,
    depth: 8,
    exposure: exposureOf(head),
    isBottomFirst: y === '+',
    isRightFirst: x === '-',
    dataAt: lineEnd + 1,
  }
}

/** Exposures that were already applied; several multiply. */
function exposureOf(head: string): number {
  let exposure = 1
  for (const [, value] of head.matchAll(/^EXPOSURE=\s*([\d.eE+-]{1,30})\s*$/gm)) exposure *= Number(value)
  return Number.isFinite(exposure) && exposure > 0 ? exposure : 1
}

function decode(bytes: Uint8Array): Pixels {
  const header = readHeader(bytes)
  const { width, height, dataAt } = header
  // A coded scanline takes at least four bytes per component, a plain run 4 bytes for up to 2^24 pixels.
  if ((bytes.length - dataAt) * 64 < width * height)
    throw damaged(name, 'has fewer pixels than its header says')
  const table = tableOf(header.exposure)
  const data = new Uint8Array(width * height * 3)
  const line = new Uint8Array(width * 4)
  let at = dataAt
  for (let row = 0; row < height; row++) {
    at = readLine(bytes, at, line, width)
    const y = header.isBottomFirst ? height - 1 - row : row
    for (let column = 0; column < width; column++) {
      const from = column * 4
      const exponent = (line[from + 3] ?? 0) << 8
      const to = (y * width + (header.isRightFirst ? width - 1 - column : column)) * 3
      data[to] = table[exponent + (line[from] ?? 0)] ?? 0
      data[to + 1] = table[exponent + (line[from + 1] ?? 0)] ?? 0
      data[to + 2] = table[exponent + (line[from + 2] ?? 0)] ?? 0
    }
  }
  return { width, height, channels: 3, depth: 8, data }
}

/** Every mantissa under every exponent; an exponent of 0 is black. */
function tableOf(exposure: number): Uint8Array {
  const table = new Uint8Array(65_536)
  for (let exponent = 1; exponent < 256; exponent++) {
    const scale = 2 ** (exponent - 136) / exposure
    for (let mantissa = 0; mantissa < 256; mantissa++) {
      table[exponent * 256 + mantissa] = toneMapped((mantissa + 0.5) * scale)
    }
  }
  return table
}

/** Fills `line` with RGBE quadruples; returns where the next line begins. */
function readLine(bytes: Uint8Array, at: number, line: Uint8Array, width: number): number {
  const isCoded =
    width >= leastCoded &&
    width <= mostCoded &&
    bytes[at] === 2 &&
    bytes[at + 1] === 2 &&
    (((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) === width
  return isCoded ? readComponents(bytes, at + 4, line, width) : readQuadruples(bytes, at, line, width)
}

function readComponents(bytes: Uint8Array, start: number, line: Uint8Array, width: number): number {
  let at = start
  for (let component = 0; component < 4; component++) {
    let x = 0
    while (x < width) {
      if (at >= bytes.length) throw damaged(name, 'ends before its last pixel')
      const code = bytes[at++] ?? 0
      const isRun = code > 128
      const count = isRun ? code - 128 : code
      if (count === 0 || x + count > width) throw damaged(name, 'has a run that leaves its line')
      for (let index = 0; index < count; index++, x++)
        line[x * 4 + component] = bytes[isRun ? at : at + index] ?? 0
      at += isRun ? 1 : count
    }
  }
  return at
}

/** Plain quadruples, among which 1 1 1 n repeats the one before; several in a row are the digits of one count. */
function readQuadruples(bytes: Uint8Array, start: number, line: Uint8Array, width: number): number {
  let [at, x, shift] = [start, 0, 0]
  while (x < width) {
    if (at + 4 > bytes.length) throw damaged(name, 'ends before its last pixel')
    if (x > 0 && bytes[at] === 1 && bytes[at + 1] === 1 && bytes[at + 2] === 1) {
      const count = Math.min((bytes[at + 3] ?? 0) * 2 ** shift, width - x)
      for (let index = 0; index < count; index++, x++) line.copyWithin(x * 4, x * 4 - 4, x * 4)
      shift = Math.min(shift + 8, 24)
    } else {
      line.set(bytes.subarray(at, at + 4), x * 4)
      x++
      shift = 0
    }
    at += 4
  }
  return at
}
