/**
 * Decoded pixels as an uncompressed TIFF in memory: the one form in which libvips takes pixels of 8 and 16 bit
 * together with their colour profile, so that they go the way of every other source.
 */
import type { Pixels } from './pixels.ts'

const stripBytes = 1 << 18
const [short, long, undefinedType] = [3, 4, 7]
const headBytes = 8
const entryBytes = 12

type Entry = readonly [tag: number, type: number, values: readonly number[] | Uint8Array]

/** Little-endian, strips of about 256 KiB, one copy of the pixels, one page per frame. Source: TIFF 6.0 §2, §8 */
export function wrapInTiff({ data, width, height, channels, depth, icc, pages = 1 }: Pixels): Uint8Array {
  const samples = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  const rowBytes = width * channels * (depth / 8)
  const rowsPerStrip = Math.max(1, Math.min(height, Math.floor(stripBytes / rowBytes)))
  const strips = Array.from({ length: Math.ceil(height / rowsPerStrip) }, (_, index) => index * rowsPerStrip)
  const entriesOf = (page: number): readonly Entry[] => [
    [256, long, [width]],
    [257, long, [height]],
    [258, short, Array.from({ length: channels }, () => depth)],
    [259, short, [1]],
    [262, short, [channels === 1 ? 1 : 2]],
    [273, long, strips.map((row) => headBytes + (page * height + row) * rowBytes)],
    [277, short, [channels]],
    [278, long, [rowsPerStrip]],
    [279, long, strips.map((row) => Math.min(rowsPerStrip, height - row) * rowBytes)],
    ...(channels === 4 ? ([[338, short, [2]]] as const) : []),
    ...(icc === undefined ? [] : ([[34675, undefinedType, icc]] as const)),
  ]
  const first = headBytes + samples.length + (samples.length & 1)
  const directories: Uint8Array[] = []
  let at = first
  for (let page = 0; page < pages; page++) {
    const directory = directoryAt(at, entriesOf(page), page === pages - 1)
    directories.push(directory)
    at += directory.length
  }
  const file = new Uint8Array(at)
  file.set([0x49, 0x49, 42, 0])
  new DataView(file.buffer).setUint32(4, first, true)
  file.set(samples, headBytes)
  let to = first
  for (const directory of directories) {
    file.set(directory, to)
    to += directory.length
  }
  return file
}

/** The directory names the one behind it, unless it is the last. */
function directoryAt(offset: number, entries: readonly Entry[], isLast: boolean): Uint8Array {
  const fixedBytes = 2 + entries.length * entryBytes + 4
  const longBytes = entries.reduce((sum, entry) => sum + evenBytes(entry), 0)
  const bytes = new Uint8Array(fixedBytes + longBytes)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, entries.length, true)
  let free = fixedBytes
  for (const [index, entry] of entries.entries()) {
    const [tag, type, values] = entry
    const at = 2 + index * entryBytes
    view.setUint16(at, tag, true)
    view.setUint16(at + 2, type, true)
    view.setUint32(at + 4, values.length, true)
    const isLong = evenBytes(entry) > 0
    if (isLong) view.setUint32(at + 8, offset + free, true)
    write(view, isLong ? free : at + 8, entry)
    free += evenBytes(entry)
  }
  view.setUint32(fixedBytes - 4, isLast ? 0 : offset + bytes.length, true)
  return bytes
}

function write(view: DataView, at: number, [, type, values]: Entry): void {
  for (const [index, value] of values.entries()) {
    if (type === long) view.setUint32(at + index * 4, value, true)
    else if (type === short) view.setUint16(at + index * 2, value, true)
    else view.setUint8(at + index, value)
  }
}

/** Bytes behind the directory; none where the values fit into the entry. */
function evenBytes([, type, values]: Entry): number {
  const bytes = values.length * (type === long ? 4 : type === short ? 2 : 1)
  return bytes <= 4 ? 0 : bytes + (bytes & 1)
}
