/**
 * Reads who made a picture and who owns it out of its EXIF block. Bounded, and silent about damage: metadata of a
 * stranger's file must never fail a request.
 *
 * Source: EXIF 2.32 §4.5–4.6 (TIFF structure, tags Artist 0x013b and Copyright 0x8298, type ASCII)
 */

export interface Rights {
  readonly artist?: string
  readonly copyright?: string
}

const artistTag = 0x013b
const copyrightTag = 0x8298
const asciiType = 2
const entryBytes = 12
const maxEntries = 512
const maxTextBytes = 2_000

/** `exif` as sharp gives it: with or without the `Exif` marker in front. */
export function rightsInExif(exif: Uint8Array): Rights {
  const tiff = Buffer.from(exif.buffer, exif.byteOffset, exif.length)
  const body = tiff.subarray(0, 4).toString('latin1') === 'Exif' ? tiff.subarray(6) : tiff
  const order = body.subarray(0, 2).toString('latin1')
  if (body.length < 8 || (order !== 'II' && order !== 'MM')) return {}
  const isLittle = order === 'II'
  const u16 = (at: number) => (isLittle ? body.readUInt16LE(at) : body.readUInt16BE(at))
  const u32 = (at: number) => (isLittle ? body.readUInt32LE(at) : body.readUInt32BE(at))
  const directory = u32(4)
  if (directory + 2 > body.length) return {}
  const found: { artist?: string; copyright?: string } = {}
  for (let index = 0; index < Math.min(u16(directory), maxEntries); index++) {
    const entry = directory + 2 + index * entryBytes
    if (entry + entryBytes > body.length) break
    const tag = u16(entry)
    if ((tag !== artistTag && tag !== copyrightTag) || u16(entry + 2) !== asciiType) continue
    const length = u32(entry + 4)
    const start = length <= 4 ? entry + 8 : u32(entry + 8)
    const text = plainText(body.subarray(start, start + Math.min(length, maxTextBytes)))
    if (text !== '') found[tag === artistTag ? 'artist' : 'copyright'] = text
  }
  return found
}

/** Text up to its end mark; the photographer's and the editor's part of a copyright are joined by a space. */
function plainText(bytes: Buffer): string {
  return bytes
    .toString('utf8')
    .replace(/\0/g, ' ')
    .replace(/[\p{Cc}\ufffd]/gu, '')
    .trim()
}
