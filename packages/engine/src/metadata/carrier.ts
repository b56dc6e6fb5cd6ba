/**
 * Pixels as an uncompressed PNG in memory: the one form in which libvips takes pixels of 8 and 16 bit together with
 * EXIF, XMP and a colour profile. Raw pixels carry none, and sharp takes none from elsewhere.
 *
 * Source: PNG 3rd edition §5, §11.3 (iCCP, eXIf, iTXt)
 */
import { crc32, deflateSync } from 'node:zlib'
import type { Pixels } from '../raster/pixels.ts'

interface Carried {
  readonly exif?: Uint8Array | undefined
  readonly xmp?: string | undefined
  readonly icc?: Uint8Array | undefined
}

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)
const colourTypes = { 1: 0, 3: 2, 4: 6 } as const
const xmpKeyword = 'XML:com.adobe.xmp'

/** One copy of the pixels more than they take; nothing is compressed but the profile. */
export function carry(pixels: Pixels, { exif, xmp, icc }: Carried): Uint8Array {
  const chunks = [signature, chunk('IHDR', header(pixels))]
  if (icc !== undefined) chunks.push(chunk('iCCP', Buffer.from('icc\0\0', 'latin1'), deflateSync(icc)))
  if (exif !== undefined) chunks.push(chunk('eXIf', exif))
  if (xmp !== undefined) chunks.push(chunk('iTXt', Buffer.from(`${xmpKeyword}\0\0\0\0\0${xmp}`)))
  chunks.push(chunk('IDAT', deflateSync(rowsOf(pixels), { level: 0 })), chunk('IEND'))
  return Buffer.concat(chunks)
}

function header({ width, height, channels, data }: Pixels): Uint8Array {
  const bytes = Buffer.alloc(13)
  bytes.writeUInt32BE(width, 0)
  bytes.writeUInt32BE(height, 4)
  bytes[8] = data instanceof Uint16Array ? 16 : 8
  bytes[9] = colourTypes[channels]
  return bytes
}

/** Rows with filter type 0 in front, 16-bit samples with their high byte first. */
function rowsOf({ width, height, channels, data }: Pixels): Uint8Array {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  const ordered = data instanceof Uint16Array ? Buffer.from(bytes).swap16() : bytes
  const length = width * channels * data.BYTES_PER_ELEMENT
  const rows = new Uint8Array((length + 1) * height)
  for (let y = 0; y < height; y++) {
    rows.set(ordered.subarray(y * length, (y + 1) * length), y * (length + 1) + 1)
  }
  return rows
}

function chunk(type: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), ...parts])
  const framed = Buffer.alloc(body.length + 8)
  framed.writeUInt32BE(body.length - 4, 0)
  framed.set(body, 4)
  framed.writeUInt32BE(crc32(body), body.length + 4)
  return framed
}
