/**
 * Writes JPEG 2000: 8 or 16 bit, grey, RGB or RGBA, lossless or to a share of the raw size.
 *
 * Large pictures are cut into tiles that are encoded one after the other and put together here, which bounds memory
 * for any size: tiles of a power of two give the same code-blocks wherever they lie. The encoder's interface takes
 * one component of 16 bit at a time; packets in the order of components can simply be put behind each other.
 */
import { damaged, type Pixels } from '../pixels.ts'
import { name } from './codestream.ts'
import { type Encoder, forgetOpenJpeg, loadOpenJpeg } from './openjpeg.ts'

/** Side; a multiple of a code-block in every band, and 170 MB for the encoder. */
const tileSide = 2_048
/** Of the packets: component by component. */
const byComponent = 4
const mostLevels = 5

export interface Encoding {
  readonly isLossless: boolean
  /** Raw bytes for each byte written. */
  readonly ratio: number
}

/** A whole codestream. */
export async function encodeCodestream(pixels: Pixels, encoding: Encoding): Promise<Uint8Array> {
  const { width, height } = pixels
  const { J2KEncoder } = await loadOpenJpeg()
  const tiles: Uint8Array[] = []
  let mainStyles: Buffer | undefined
  for (let top = 0; top < height; top += tileSide) {
    for (let left = 0; left < width; left += tileSide) {
      const size = { width: Math.min(tileSide, width - left), height: Math.min(tileSide, height - top) }
      const parts = samplesOf(pixels, { left, top, ...size }).map((part) =>
        encodePart(new J2KEncoder(), part, { ...size, ...encoding }),
      )
      const styles = stylesOf(parts)
      mainStyles ??= styles
      tiles.push(tilePart(parts, tiles.length, styles.equals(mainStyles) ? undefined : styles))
    }
  }
  if (mainStyles === undefined) throw new RangeError('a picture without pixels')
  return Buffer.concat([
    Buffer.from([0xff, 0x4f]),
    sizeOf(pixels),
    mainStyles,
    ...tiles,
    Buffer.from([0xff, 0xd9]),
  ])
}

interface Part {
  readonly data: Uint8Array | Uint16Array
  readonly channels: number
}

/** The samples of a tile, as the encoder takes them in one go. */
function samplesOf(
  { data, width, channels }: Pixels,
  tile: { readonly left: number; readonly top: number; readonly width: number; readonly height: number },
): readonly Part[] {
  const row = (y: number) =>
    data.subarray(((tile.top + y) * width + tile.left) * channels).subarray(0, tile.width * channels)
  if (data instanceof Uint8Array) {
    const all = new Uint8Array(tile.width * tile.height * channels)
    for (let y = 0; y < tile.height; y++) all.set(row(y), y * tile.width * channels)
    return [{ data: all, channels }]
  }
  return Array.from({ length: channels }, (_, channel) => {
    const one = new Uint16Array(tile.width * tile.height)
    for (let y = 0; y < tile.height; y++) {
      const from = row(y)
      for (let x = 0; x < tile.width; x++) one[y * tile.width + x] = from[x * channels + channel] ?? 0
    }
    return { data: one, channels: 1 }
  })
}

function encodePart(
  encoder: Encoder,
  { data, channels }: Part,
  { width, height, isLossless, ratio }: Encoding & { readonly width: number; readonly height: number },
): Uint8Array {
  const bitsPerSample = data instanceof Uint16Array ? 16 : 8
  try {
    encoder
      .getDecodedBuffer({ width, height, bitsPerSample, componentCount: channels, isSigned: false })
      .set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    encoder.setQuality(isLossless, 1)
    encoder.setCompressionRatio(0, isLossless ? 0 : ratio)
    encoder.setProgressionOrder(byComponent)
    encoder.setDecompositions(levelsOf(width, height))
    encoder.encode()
    const encoded = encoder.getEncodedBuffer().slice()
    encoder.delete()
    return encoded
  } catch (error) {
    forgetOpenJpeg()
    throw error
  }
}

interface Marker {
  readonly code: number
  readonly at: number
  readonly end: number
}

/** Marker segments up to the first tile part. */
function markersOf(codestream: Uint8Array): readonly Marker[] {
  const view = new DataView(codestream.buffer, codestream.byteOffset, codestream.byteLength)
  const markers: Marker[] = []
  let at = 2
  while (at + 4 <= codestream.length) {
    const code = view.getUint16(at)
    const end = code === 0xff90 ? at : at + 2 + view.getUint16(at + 2)
    markers.push({ code, at, end })
    if (code === 0xff90) return markers
    at = end
  }
  throw damaged(name, 'was written without tiles')
}

/** The whole picture's size and that of its tiles. */
function sizeOf({ width, height, channels, depth }: Pixels): Buffer {
  const size = Buffer.alloc(40 + 3 * channels)
  size.writeUInt16BE(0xff51, 0)
  size.writeUInt16BE(38 + 3 * channels, 2)
  size.writeUInt32BE(width, 6)
  size.writeUInt32BE(height, 10)
  size.writeUInt32BE(Math.min(width, tileSide), 22)
  size.writeUInt32BE(Math.min(height, tileSide), 26)
  size.writeUInt16BE(channels, 38)
  for (let channel = 0; channel < channels; channel++) size.set([depth - 1, 1, 1], 40 + channel * 3)
  return size
}

/** Markers that say how a tile is coded and quantised; all components alike. */
function stylesOf([first = new Uint8Array()]: readonly Uint8Array[]): Buffer {
  const styles = markersOf(first).filter(({ code }) => code === 0xff52 || code === 0xff5c)
  return Buffer.concat(styles.map(({ at, end }) => first.subarray(at, end)))
}

/** One tile part with the packets of all parts, component by component. Narrow tiles have fewer levels of their own. */
function tilePart(
  parts: readonly Uint8Array[],
  index: number,
  ownStyles: Uint8Array = new Uint8Array(),
): Buffer {
  const bodies = parts.map((part) => {
    const start = markersOf(part).at(-1)?.at ?? 0
    const view = new DataView(part.buffer, part.byteOffset, part.byteLength)
    // Behind the marker stands the data's own marker; nothing else was asked for.
    return part.subarray(start + 14, start + view.getUint32(start + 6))
  })
  const head = Buffer.alloc(12)
  const headBytes = head.length + ownStyles.length + 2
  head.writeUInt16BE(0xff90, 0)
  head.writeUInt16BE(10, 2)
  head.writeUInt16BE(index, 4)
  head.writeUInt32BE(headBytes + bodies.reduce((sum, { length }) => sum + length, 0), 6)
  head.set([0, 1], 10)
  return Buffer.concat([head, ownStyles, Buffer.from([0xff, 0x93]), ...bodies])
}

/** The encoder refuses a lowest resolution of less than a pixel, and does not survive refusing. */
function levelsOf(width: number, height: number): number {
  return Math.min(mostLevels, Math.floor(Math.log2(Math.min(width, height))))
}
