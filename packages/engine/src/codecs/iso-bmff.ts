/**
 * Brands and item types of an ISO base media file (AVIF, HEIC, JPEG XL containers, video), and its boxes in general,
 * which JPEG 2000 shares. Bounded, never throws.
 * Source: ISO/IEC 14496-12 §4.2, §4.3, §8.11.6
 */

interface Box {
  readonly type: string
  readonly body: Uint8Array
}

/** A file type box longer than this is no picture's. */
const maxBrands = 64
const maxBoxes = 10_000
const headBytes = 8

/** Major brand first, then the compatible ones; empty when the file does not open with a file type box. */
export function brandsOf(head: Uint8Array): readonly string[] {
  if (head.length < 16 || text(head, 4) !== 'ftyp') return []
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  const end = Math.min(view.getUint32(0), head.length, 8 + 4 * maxBrands)
  const brands = [text(head, 8)]
  for (let offset = 16; offset + 4 <= end; offset += 4) brands.push(text(head, offset))
  return brands
}

/** Boxes one behind the other; the last one is cut where the bytes end. */
export function* boxesIn(bytes: Uint8Array): Generator<Box> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  for (let count = 0; count < maxBoxes && at + headBytes <= bytes.length; count++) {
    const short = view.getUint32(at)
    const isLong = short === 1
    if (isLong && at + 2 * headBytes > bytes.length) return
    const size = short === 0 ? bytes.length - at : isLong ? Number(view.getBigUint64(at + headBytes)) : short
    const bodyAt = at + headBytes * (isLong ? 2 : 1)
    if (at + size < bodyAt) return
    yield { type: text(bytes, at + 4), body: bytes.subarray(bodyAt, at + size) }
    at += size
  }
}

/** The first box of a type. */
export function boxIn(bytes: Uint8Array, type: string): Uint8Array | undefined {
  for (const box of boxesIn(bytes)) if (box.type === type) return box.body
  return undefined
}

/** Codings and other types of the items in a HEIF file, as `hvc1`, `av01`, `grid`, `Exif`. */
export function itemTypesOf(file: Uint8Array): ReadonlySet<string> {
  const info = boxIn(boxIn(file, 'meta')?.subarray(4) ?? new Uint8Array(), 'iinf')
  const types = new Set<string>()
  if (info === undefined || info.length < 6) return types
  for (const { type, body } of boxesIn(info.subarray(info[0] === 0 ? 6 : 8))) {
    // Version 2 has identifiers of 16 bit, version 3 of 32; older ones name no type.
    if (type === 'infe' && (body[0] === 2 || body[0] === 3)) types.add(text(body, body[0] === 2 ? 8 : 10))
  }
  return types
}

/** A box for writing. */
export function boxOf(type: string, ...bodies: readonly Uint8Array[]): Buffer {
  const head = Buffer.alloc(headBytes)
  head.writeUInt32BE(headBytes + bodies.reduce((sum, { length }) => sum + length, 0))
  head.write(type, 4, 'latin1')
  return Buffer.concat([head, ...bodies])
}

function text(bytes: Uint8Array, offset: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + 4))
}
