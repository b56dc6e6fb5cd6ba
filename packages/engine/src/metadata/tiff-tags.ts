/**
 * Reads the tags of an EXIF block, silent about damage. Three directories are looked at, each value once, and no
 * pointer is followed but theirs.
 *
 * Source: EXIF 2.32 §4.6 (tags)
 */
import { plainText } from './plain-text.ts'
import { Tiff } from './tiff.ts'

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
const maxTextBytes = 8_000
/** More numbers than any tag that is read here has. */
const maxNumbers = 8

/** Bytes of one number, by type: BYTE, SHORT, LONG, RATIONAL, SLONG, SRATIONAL. */
const sizes: Readonly<Record<number, number>> = { 1: 1, 3: 2, 4: 4, 5: 8, 9: 4, 10: 8 }
const ascii = 2
const utf8 = 129

/** `block` as files hold it: with or without the `Exif` marker in front. */
export function readExif(block: Uint8Array): ExifTags {
  const tiff = Tiff.in(block)
  if (tiff === undefined) return none
  const main = tagsOf(tiff, tiff.first)
  const below = (pointer: number): Tags => {
    const value = main.get(pointer)
    return typeof value === 'object' && value[0] !== undefined ? tagsOf(tiff, value[0]) : new Map()
  }
  return { main, exif: below(exifPointer), gps: below(gpsPointer) }
}

/** Tags of the directory at `offset`; those whose values lie outside the block are left out. */
function tagsOf(tiff: Tiff, offset: number): Tags {
  const tags = new Map<number, TagValue>()
  for (const entry of tiff.directory(offset).entries) {
    const value = tagValue(tiff, entry)
    if (value !== undefined) tags.set(tiff.u16(entry), value)
  }
  return tags
}

function tagValue(tiff: Tiff, entry: number): TagValue | undefined {
  const type = tiff.u16(entry + 2)
  const count = tiff.u32(entry + 4)
  const isText = type === ascii || type === utf8
  const size = isText ? 1 : sizes[type]
  if (size === undefined || count === 0) return undefined
  const start = count * size <= 4 ? entry + 8 : tiff.u32(entry + 8)
  if (isText) {
    const text = plainText(tiff.bytes.subarray(start, start + Math.min(count, maxTextBytes)))
    return text === '' ? undefined : text
  }
  if (count > maxNumbers || start + count * size > tiff.bytes.length) return undefined
  return Array.from({ length: count }, (_, index) => numberAt(tiff, type, start + index * size))
}

function numberAt(tiff: Tiff, type: number, at: number): number {
  switch (type) {
    case 1:
      return tiff.bytes.readUInt8(at)
    case 3:
      return tiff.u16(at)
    case 5:
      return fraction(tiff.u32(at), tiff.u32(at + 4))
    case 9:
      return tiff.i32(at)
    case 10:
      return fraction(tiff.i32(at), tiff.i32(at + 4))
    default:
      return tiff.u32(at)
  }
}

function fraction(above: number, below: number): number {
  return below === 0 ? Number.NaN : above / below
}
