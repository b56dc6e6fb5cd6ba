/**
 * ICO and CUR: the largest picture in the file, and of equal ones the deepest. PNG entries are PNG files, which
 * libvips reads; the others are bitmaps without a file header, twice as high, with a mask of one bit below.
 */
import { type Codec, startsWith } from './codec.ts'
import { type Dib, dibPixels, readDib, rowBytes } from './dib.ts'
import { checkedLength, checkedSides, damaged, type Pixels } from './pixels.ts'

const name = 'ICO'
const directoryBytes = 6
const entryBytes = 16
const pngMagic = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

export const ico: Codec = {
  format: 'ico',
  sniff: (head) => (startsWith(head, [0, 0, 1, 0]) || startsWith(head, [0, 0, 2, 0])) && isDirectory(head),
  decoder: {
    header(bytes) {
      const entry = largestEntry(bytes)
      if (startsWith(entry, pngMagic)) return entry
      const { width, height } = readBitmap(entry)
      return { width, height, channels: 4, depth: 8 }
    },
    decode: (bytes) => bitmapPixels(largestEntry(bytes)),
  },
  loaders: [],
  sharpFormat: 'png',
  shrinksOnLoad: false,
  holds16Bit: false,
}

/** At least one entry, whose reserved byte is zero: a TGA with the same first bytes has no entries. */
function isDirectory(head: Uint8Array): boolean {
  return (head[4] ?? 0) + (head[5] ?? 0) > 0 && head[directoryBytes + 3] === 0
}

/** Widths and heights of 0 stand for 256. */
function largestEntry(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const fitting = Math.floor((bytes.length - directoryBytes) / entryBytes)
  const count = Math.min(view.getUint16(4, true), fitting)
  const isCursor = bytes[2] === 2
  let best = { area: 0, bits: 0, begin: 0, end: 0 }
  for (let index = 0; index < count; index++) {
    const at = directoryBytes + index * entryBytes
    const area = (view.getUint8(at) || 256) * (view.getUint8(at + 1) || 256)
    const bits = isCursor ? 0 : view.getUint16(at + 6, true)
    const begin = view.getUint32(at + 12, true)
    const end = begin + view.getUint32(at + 8, true)
    if (end > bytes.length || end - begin < 40) continue
    if (area > best.area || (area === best.area && bits > best.bits)) best = { area, bits, begin, end }
  }
  if (best.area === 0) throw damaged(name, 'has no picture that lies inside it')
  return bytes.subarray(best.begin, best.end)
}

function readBitmap(entry: Uint8Array): Dib {
  const dib = readDib(name, entry, 0)
  const height = Math.floor(dib.height / 2)
  checkedSides(name, dib.width, height)
  return { ...dib, height }
}

function bitmapPixels(entry: Uint8Array): Pixels {
  const dib = readBitmap(entry)
  const { width, height, bits } = dib
  const alphaMask = bits === 32 && dib.masks[3] === 0 ? 0xff000000 : dib.masks[3]
  const masks = [dib.masks[0], dib.masks[1], dib.masks[2], alphaMask] as const
  const pixels = dibPixels(name, entry, { ...dib, masks }, dib.end)
  if (pixels.channels === 4 && hasAlpha(pixels)) return pixels
  const maskAt = dib.end + rowBytes(width, bits) * height
  checkedLength(name, entry, maskAt + rowBytes(width, 1) * height)
  return masked(pixels, entry, maskAt, dib.isTopDown)
}

function hasAlpha({ data }: Pixels): boolean {
  for (let at = 3; at < data.length; at += 4) if (data[at] !== 0) return true
  return false
}

/** A set bit is transparent. */
function masked(
  { data, width, height, channels }: Pixels,
  entry: Uint8Array,
  at: number,
  isTopDown: boolean,
): Pixels {
  const rgba = new Uint8Array(width * height * 4)
  const stride = rowBytes(width, 1)
  for (let y = 0; y < height; y++) {
    const row = at + (isTopDown ? y : height - 1 - y) * stride
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * channels
      const isClear = ((entry[row + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1
      rgba.set(
        [data[from] ?? 0, data[from + 1] ?? 0, data[from + 2] ?? 0, isClear ? 0 : 255],
        (y * width + x) * 4,
      )
    }
  }
  return { width, height, channels: 4, depth: 8, data: rgba }
}
