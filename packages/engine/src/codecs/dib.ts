/**
 * Device-independent bitmap: the picture inside BMP, ICO and CUR files.
 *
 * Every depth from 1 to 32 bit, bit fields, RLE4 and RLE8, bottom-up and top-down. Rows are checked to be there
 * before anything is allocated; runs that leave the picture are cut.
 * Source: Microsoft, "Bitmap Storage" and BITMAPV5HEADER; OS/2 BITMAPINFOHEADER2
 */
import { checkedLength, checkedSides, damaged, type Pixels } from './pixels.ts'

export interface Dib {
  readonly width: number
  readonly height: number
  readonly isTopDown: boolean
  readonly bits: number
  readonly compression: number
  /** Red, green, blue, alpha; the alpha mask is 0 where there is none. */
  readonly masks: readonly [number, number, number, number]
  /** RGB triples. */
  readonly palette: Uint8Array
  /** First byte behind header, masks and palette. */
  readonly end: number
}

const [plain, rle8, rle4, bitFields, alphaBitFields] = [0, 1, 2, 3, 6]
const coreBytes = 12
const infoBytes = 40

/** Reads the header at `at`. `format` names the file in Problems. */
export function readDib(format: string, bytes: Uint8Array, at: number): Dib {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const size = view.getUint32(at, true)
  const isCore = size === coreBytes
  if (!isCore && (size < 16 || size > 256)) throw damaged(format, `has a header of ${size} bytes`)
  const width = isCore ? view.getUint16(at + 4, true) : view.getInt32(at + 4, true)
  const signedHeight = isCore ? view.getUint16(at + 6, true) : view.getInt32(at + 8, true)
  const bits = view.getUint16(at + (isCore ? 10 : 14), true)
  const compression = size >= 20 ? view.getUint32(at + 16, true) : plain
  checkedSides(format, width, Math.abs(signedHeight))
  checkCompression(format, bits, compression)
  const hasFields = compression === bitFields || compression === alphaBitFields
  const masksBytes = hasFields && size === infoBytes ? (compression === alphaBitFields ? 16 : 12) : 0
  const masks = hasFields ? readMasks(view, at + infoBytes, size, masksBytes) : defaultMasks(bits)
  const paletteAt = at + size + masksBytes
  const used = size >= 36 ? view.getUint32(at + 32, true) : 0
  const { palette, paletteEnd } = readPalette(bytes, paletteAt, bits, used, isCore ? 3 : 4)
  return {
    width,
    height: Math.abs(signedHeight),
    isTopDown: signedHeight < 0,
    bits,
    compression,
    masks,
    palette,
    end: paletteEnd,
  }
}

/** The picture whose data begin at `at`: RGBA where there is an alpha mask, else RGB. */
export function dibPixels(format: string, bytes: Uint8Array, dib: Dib, at: number): Pixels {
  const { width, height, bits, compression } = dib
  const isRun = compression === rle8 || compression === rle4
  if (!isRun) checkedLength(format, bytes, at + rowBytes(width, bits) * height)
  if (isRun && at >= bytes.length) throw damaged(format, 'has no pixel data')
  const channels = dib.masks[3] === 0 ? 3 : 4
  const data = new Uint8Array(width * height * channels)
  if (isRun) readRuns(bytes, at, dib, data)
  else if (bits <= 8) readIndices(bytes, at, dib, data)
  else readFields(bytes, at, dib, data)
  return { width, height, channels, depth: 8, data }
}

/** Bytes of a row, which ends on a multiple of four. */
export function rowBytes(width: number, bits: number): number {
  return Math.ceil((width * bits) / 32) * 4
}

function checkCompression(format: string, bits: number, compression: number): void {
  const isKnown =
    (compression === plain && [1, 2, 4, 8, 16, 24, 32].includes(bits)) ||
    (compression === rle8 && bits === 8) ||
    (compression === rle4 && bits === 4) ||
    ((compression === bitFields || compression === alphaBitFields) && (bits === 16 || bits === 32))
  if (!isKnown) throw damaged(format, `has ${bits} bit per pixel in compression ${compression}`)
}

function defaultMasks(bits: number): Dib['masks'] {
  return bits === 16 ? [0x7c00, 0x3e0, 0x1f, 0] : [0xff0000, 0xff00, 0xff, 0]
}

function readMasks(view: DataView, at: number, headerBytes: number, extraBytes: number): Dib['masks'] {
  const hasAlpha = headerBytes >= 56 || extraBytes === 16
  const mask = (index: number) => view.getUint32(at + index * 4, true)
  return [mask(0), mask(1), mask(2), hasAlpha ? mask(3) : 0]
}

/** Always 256 colours, so that no index leads outside; missing ones are black. */
function readPalette(bytes: Uint8Array, at: number, bits: number, used: number, entryBytes: number) {
  const palette = new Uint8Array(256 * 3)
  if (bits > 8) return { palette, paletteEnd: at + Math.min(used, 256) * entryBytes }
  const most = 1 << bits
  const count = used === 0 ? most : Math.min(used, most)
  for (let index = 0; index < count; index++) {
    const from = at + index * entryBytes
    palette[index * 3] = bytes[from + 2] ?? 0
    palette[index * 3 + 1] = bytes[from + 1] ?? 0
    palette[index * 3 + 2] = bytes[from] ?? 0
  }
  return { palette, paletteEnd: at + count * entryBytes }
}

function readIndices(bytes: Uint8Array, at: number, dib: Dib, data: Uint8Array): void {
  const { width, height, bits, palette, isTopDown } = dib
  const stride = rowBytes(width, bits)
  const mask = (1 << bits) - 1
  const perByte = 8 / bits
  for (let row = 0; row < height; row++) {
    const from = at + row * stride
    let to = (isTopDown ? row : height - 1 - row) * width * 3
    for (let x = 0; x < width; x++) {
      const byte = bytes[from + Math.floor(x / perByte)] ?? 0
      const colour = ((byte >> (8 - bits - (x % perByte) * bits)) & mask) * 3
      data[to++] = palette[colour] ?? 0
      data[to++] = palette[colour + 1] ?? 0
      data[to++] = palette[colour + 2] ?? 0
    }
  }
}

function readFields(bytes: Uint8Array, at: number, dib: Dib, data: Uint8Array): void {
  const { width, height, bits, masks, isTopDown } = dib
  const stride = rowBytes(width, bits)
  const step = bits / 8
  const fields = masks.filter((mask, index) => index < 3 || mask !== 0).map(fieldOf)
  for (let row = 0; row < height; row++) {
    let from = at + row * stride
    let to = (isTopDown ? row : height - 1 - row) * width * fields.length
    for (let x = 0; x < width; x++, from += step) {
      if (bits === 24) {
        data[to++] = bytes[from + 2] ?? 0
        data[to++] = bytes[from + 1] ?? 0
        data[to++] = bytes[from] ?? 0
        continue
      }
      let value = (bytes[from] ?? 0) | ((bytes[from + 1] ?? 0) << 8)
      if (bits === 32) value |= ((bytes[from + 2] ?? 0) << 16) | ((bytes[from + 3] ?? 0) << 24)
      for (const { shift, table, mask } of fields) data[to++] = table[(value >>> shift) & mask] ?? 0
    }
  }
}

/** Where a mask's upper bits lie and what they mean in 8 bit; of masks beyond eight bits the upper eight count. */
function fieldOf(mask: number): { shift: number; mask: number; table: Uint8Array } {
  if (mask === 0) return { shift: 0, mask: 0, table: new Uint8Array(1) }
  const low = 31 - Math.clz32(mask & -mask)
  const length = 32 - Math.clz32(mask >>> low)
  const shift = low + Math.max(0, length - 8)
  const most = 2 ** Math.min(8, length) - 1
  return {
    shift,
    mask: most,
    table: Uint8Array.from({ length: most + 1 }, (_, v) => Math.round((v * 255) / most)),
  }
}

/** Pixels that no run touches keep the first colour of the palette. */
function readRuns(bytes: Uint8Array, at: number, dib: Dib, data: Uint8Array): void {
  const { width, height, bits, palette, isTopDown } = dib
  for (let to = 0; to < data.length; to += 3) data.set(palette.subarray(0, 3), to)
  let [x, y, from] = [0, 0, at]
  const put = (index: number) => {
    if (x < width) {
      const to = ((isTopDown ? y : height - 1 - y) * width + x) * 3
      data[to] = palette[index * 3] ?? 0
      data[to + 1] = palette[index * 3 + 1] ?? 0
      data[to + 2] = palette[index * 3 + 2] ?? 0
    }
    x++
  }
  const indexAt = (start: number, count: number) => {
    if (bits === 8) return bytes[start + count] ?? 0
    const pair = bytes[start + (count >> 1)] ?? 0
    return count % 2 === 0 ? pair >> 4 : pair & 15
  }
  while (y < height && from + 1 < bytes.length) {
    const [count = 0, value = 0] = [bytes[from], bytes[from + 1]]
    from += 2
    if (count > 0) {
      for (let index = 0; index < count; index++) {
        put(bits === 8 ? value : index % 2 === 0 ? value >> 4 : value & 15)
      }
    } else if (value === 0) {
      x = 0
      y++
    } else if (value === 1) {
      return
    } else if (value === 2) {
      x += bytes[from] ?? 0
      y += bytes[from + 1] ?? 0
      from += 2
    } else {
      for (let index = 0; index < value; index++) put(indexAt(from, index))
      const used = bits === 8 ? value : Math.ceil(value / 2)
      from += used + (used & 1)
    }
  }
}
