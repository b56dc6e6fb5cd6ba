/**
 * Says in a finished file how many of its pixels make an inch, for programs that print it. No pixel changes.
 *
 * Written here because sharp sets a density only together with all of the source's metadata. EXIF that goes along says
 * the same: readers differ in which of the two they believe.
 *
 * Sources: JFIF 1.02 (APP0), PNG specification, third edition, §11.3.4.3 (pHYs), TIFF 6.0 §8 (XResolution)
 */
import { crc32 } from 'node:zlib'
import type { ImageOutput } from '@fovea/core/model'
import { Tiff } from './tiff.ts'

const [xResolution, yResolution, resolutionUnit] = [0x011a, 0x011b, 0x0128]
const rationalType = 5
/** In JFIF one, in TIFF two. */
const [jfifInch, tiffInch] = [1, 2]
const metresPerInch = 0.0254
const pngSignatureBytes = 8
/** Length, type and CRC around a chunk's data. */
const [chunkHead, chunkCrc] = [8, 4]

/** `bytes` are the caller's own and may be written to. */
export function withDensity(bytes: Uint8Array, { format, density }: ImageOutput): Uint8Array {
  if (density === undefined) return bytes
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  switch (format) {
    case 'jpeg':
      return inJpeg(file, density)
    case 'png':
      return inPng(file, density)
    case 'tiff':
      inTiff(file, density)
      return bytes
    default:
      return bytes
  }
}

function inJpeg(file: Buffer, density: number): Buffer {
  for (const { marker, data } of applicationSegments(file))
    if (marker === 0xe1 && data.toString('latin1', 0, 4) === 'Exif') inTiff(data, density)
  const jfif = Buffer.from('ffe000104a46494600010200000000000000', 'hex')
  const isThere = file.readUInt16BE(2) === 0xffe0 && file.toString('latin1', 6, 10) === 'JFIF'
  const [target, at] = isThere ? [file, 2] : [jfif, 0]
  target[at + 11] = jfifInch
  target.writeUInt16BE(density, at + 12)
  target.writeUInt16BE(density, at + 14)
  return isThere ? file : Buffer.concat([file.subarray(0, 2), jfif, file.subarray(2)])
}

function* applicationSegments(file: Buffer): Generator<{ readonly marker: number; readonly data: Buffer }> {
  for (let at = 2; at + 4 <= file.length && file[at] === 0xff; ) {
    const marker = file[at + 1] ?? 0
    if (marker < 0xe0 || marker > 0xef) return
    const end = at + 2 + file.readUInt16BE(at + 2)
    yield { marker, data: file.subarray(at + 4, end) }
    at = end
  }
}

function inPng(file: Buffer, density: number): Buffer {
  const perMetre = Math.round(density / metresPerInch)
  const physical = Buffer.alloc(9, 1)
  physical.writeUInt32BE(perMetre, 0)
  physical.writeUInt32BE(perMetre, 4)
  let isSaid = false
  let afterHeader = 0
  for (let at = pngSignatureBytes; at + chunkHead + chunkCrc <= file.length; ) {
    const length = file.readUInt32BE(at)
    const type = file.toString('latin1', at + 4, at + chunkHead)
    if (type === 'IDAT') break
    const data = file.subarray(at + chunkHead, at + chunkHead + length)
    if (type === 'pHYs') physical.copy(data)
    if (type === 'eXIf') inTiff(data, density)
    isSaid ||= type === 'pHYs'
    file.writeUInt32BE(crc32(file.subarray(at + 4, at + chunkHead + length)), at + chunkHead + length)
    at += chunkHead + length + chunkCrc
    if (type === 'IHDR') afterHeader = at
  }
  if (isSaid) return file
  const chunk = Buffer.alloc(chunkHead + physical.length + chunkCrc)
  chunk.writeUInt32BE(physical.length, 0)
  chunk.write('pHYs', 4, 'latin1')
  physical.copy(chunk, chunkHead)
  chunk.writeUInt32BE(crc32(chunk.subarray(4, chunkHead + physical.length)), chunkHead + physical.length)
  return Buffer.concat([file.subarray(0, afterHeader), chunk, file.subarray(afterHeader)])
}

/** Where the first directory says a resolution, it says this one. A TIFF file by libvips always does. */
function inTiff(block: Buffer, density: number): void {
  const tiff = Tiff.in(block)
  if (tiff === undefined) return
  for (const entry of tiff.directory(tiff.first).entries) {
    const tag = tiff.u16(entry)
    if (tag === resolutionUnit) tiff.writeU16(tiffInch, entry + 8)
    if (tag !== xResolution && tag !== yResolution) continue
    const at = tiff.u32(entry + 8)
    if (tiff.u16(entry + 2) !== rationalType || at + 8 > tiff.bytes.length) continue
    tiff.writeU32(density, at)
    tiff.writeU32(1, at + 4)
  }
}
