/**
 * Writes an EXIF block that says who made a picture and who owns it, and nothing else.
 * Source: EXIF 2.32 §4.5–4.6; TIFF 6.0 §2
 */
import type { Rights } from './exif.ts'

const [artistTag, copyrightTag, asciiType] = [0x013b, 0x8298, 2]
const [headBytes, entryBytes] = [8, 12]

/** A TIFF structure; undefined when there is nothing to say. */
export function exifOfRights({ artist, copyright }: Rights): Uint8Array | undefined {
  const texts = (
    [
      [artistTag, artist],
      [copyrightTag, copyright],
    ] as const
  ).flatMap(([tag, text]) => (text === undefined ? [] : [{ tag, bytes: Buffer.from(`${text}\0`, 'utf8') }]))
  if (texts.length === 0) return undefined
  const directory = Buffer.alloc(headBytes + 2 + texts.length * entryBytes + 4)
  directory.write('II*\0')
  directory.writeUInt32LE(headBytes, 4)
  directory.writeUInt16LE(texts.length, headBytes)
  let free = directory.length
  for (const [index, { tag, bytes }] of texts.entries()) {
    const at = headBytes + 2 + index * entryBytes
    directory.writeUInt16LE(tag, at)
    directory.writeUInt16LE(asciiType, at + 2)
    directory.writeUInt32LE(bytes.length, at + 4)
    // Up to four bytes stand in the entry itself.
    if (bytes.length <= 4) directory.set(bytes, at + 8)
    else {
      directory.writeUInt32LE(free, at + 8)
      free += bytes.length
    }
  }
  return Buffer.concat([
    directory,
    ...texts.filter(({ bytes }) => bytes.length > 4).map(({ bytes }) => bytes),
  ])
}
