/**
 * Reads the tags of an EXIF block: the TIFF structure, bounded, and silent about damage. A stranger's metadata must
 * never fail a request, allocate much or run long: three directories of at most 512 entries are looked at, each value
 * once, and no pointer is followed but theirs.
 *
 * Source: EXIF 2.32 §4.5 (TIFF structure) and §4.6 (tags)
 */
import { plainText } from './plain-text.ts'

/** Text of an ASCII or UTF-8 tag, or the numbers of any other; a fraction without denominator is NaN. */
export type TagValue = string | readonly number[]
type Tags = ReadonlyMap<number, TagValue>

export interface ExifTags {
  /** Of the picture: who made the file. */
  readonly main: Tags
  /** Of the exposure. */
  readonly exif: Tags
  readonly gps: Tags
}

const none: ExifTags = { main: new Map(), exif: new Map(), gps: new Map() }

const exifPointer = 0x8769
const gpsPointer = 0x8825
const entryBytes = 12
const maxEntries = 512
const maxTextBytes = 8_000
/** More numbers than any tag that is read here has. */
const maxNumbers = 8

/** Bytes of one number, by type: BYTE, SHORT, LONG, RATIONAL, SLONG, SRATIONAL. */
const sizes: Readonly<Record<number, number>> = { 1: 1, 3: 2, 4: 4, 5: 8, 9: 4, 10: 8 }
const ascii = 2
const utf8 = 129

/** `block` as files hold it: with or without the `Exif` marker in front. */
export function readExif(block: Uint8Array): ExifTags {
  const whole = Buffer.from(block.buffer, block.byteOffset, block.length)
  const tiff = whole.subarray(0, 4).toString('latin1') === 'Exif' ? whole.subarray(6) : whole
  const order = tiff.subarray(0, 2).toString('latin1')
  if (tiff.length < 8 || (order !== 'II' && order !== 'MM')) return none
  const reader = new TiffReader(tiff, order === 'II')
  const main = reader.directory(reader.u32(4))
  const below = (pointer: number): Tags => {
    const value = main.get(pointer)
    return typeof value === 'object' && value[0] !== undefined ? reader.directory(value[0]) : new Map()
  }
  return { main, exif: below(exifPointer), gps: below(gpsPointer) }
}

class TiffReader {
  readonly #bytes: Buffer
  readonly #isLittle: boolean

  constructor(bytes: Buffer, isLittle: boolean) {
    this.#bytes = bytes
    this.#isLittle = isLittle
  }

  /** Tags of the directory at `offset`; those that lie outside the block are left out. */
  directory(offset: number): Tags {
    const tags = new Map<number, TagValue>()
    // A pointer may be written as a fraction or a negative number.
    if (!Number.isInteger(offset) || offset < 0 || offset + 2 > this.#bytes.length) return tags
    const count = Math.min(this.#u16(offset), maxEntries)
    for (let index = 0; index < count; index++) {
      const entry = offset + 2 + index * entryBytes
      if (entry + entryBytes > this.#bytes.length) break
      const value = this.#value(entry)
      if (value !== undefined) tags.set(this.#u16(entry), value)
    }
    return tags
  }

  u32(at: number): number {
    return this.#isLittle ? this.#bytes.readUInt32LE(at) : this.#bytes.readUInt32BE(at)
  }

  #value(entry: number): TagValue | undefined {
    const type = this.#u16(entry + 2)
    const count = this.u32(entry + 4)
    const isText = type === ascii || type === utf8
    const size = isText ? 1 : sizes[type]
    if (size === undefined || count === 0) return undefined
    const start = count * size <= 4 ? entry + 8 : this.u32(entry + 8)
    if (isText) {
      const text = plainText(this.#bytes.subarray(start, start + Math.min(count, maxTextBytes)))
      return text === '' ? undefined : text
    }
    if (count > maxNumbers || start + count * size > this.#bytes.length) return undefined
    return Array.from({ length: count }, (_, index) => this.#number(type, start + index * size))
  }

  #number(type: number, at: number): number {
    switch (type) {
      case 1:
        return this.#bytes.readUInt8(at)
      case 3:
        return this.#u16(at)
      case 5:
        return fraction(this.u32(at), this.u32(at + 4))
      case 9:
        return this.#i32(at)
      case 10:
        return fraction(this.#i32(at), this.#i32(at + 4))
      default:
        return this.u32(at)
    }
  }

  #u16(at: number): number {
    return this.#isLittle ? this.#bytes.readUInt16LE(at) : this.#bytes.readUInt16BE(at)
  }

  #i32(at: number): number {
    return this.#isLittle ? this.#bytes.readInt32LE(at) : this.#bytes.readInt32BE(at)
  }
}

function fraction(above: number, below: number): number {
  return below === 0 ? Number.NaN : above / below
}
