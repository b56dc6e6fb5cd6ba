/**
 * PNG with a palette of exactly the picture's own colours, for drawings that have at most 256.
 *
 * Written here because libvips' palettes come from a quantiser, which moves colours also when all of them fit.
 * Source: PNG specification, third edition, §11 (chunks) and §7.2 (packing); filter 0, as it advises for indices.
 */
import { crc32, deflateSync } from 'node:zlib'
import type { Raster } from '../image.ts'

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)
const indexedColour = 3
const mostColours = 256

/** The file, or `undefined` when there are more colours (alpha counts), several frames or 16 bit. */
export function indexedPng(raster: Raster): Uint8Array | undefined {
  const { data, width, height, channels, pages } = raster
  if (pages > 1 || data instanceof Uint16Array) return undefined
  const palette = paletteOf(data, channels)
  if (palette === undefined) return undefined
  const depth = palette.size <= 2 ? 1 : palette.size <= 4 ? 2 : palette.size <= 16 ? 4 : 8
  const colours = [...palette.keys()]
  const plte = Uint8Array.from(
    colours.flatMap((colour) => [colour >>> 24, (colour >>> 16) & 255, (colour >>> 8) & 255]),
  )
  const opaque = colours.findLastIndex((colour) => (colour & 255) !== 255)
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header[8] = depth
  header[9] = indexedColour
  const rows = packed(raster, palette, depth)
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('PLTE', plte),
    ...(opaque < 0
      ? []
      : [
          chunk(
            'tRNS',
            Uint8Array.from(colours.slice(0, opaque + 1), (c) => c & 255),
          ),
        ]),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', new Uint8Array()),
  ])
}

/** Colours as `0xRRGGBBAA` and their numbers, those that can be seen through first: `tRNS` is then short. */
function paletteOf(data: Uint8Array, channels: 1 | 3 | 4): ReadonlyMap<number, number> | undefined {
  const seen = new Set<number>()
  for (let at = 0; at < data.length; at += channels) {
    const colour = colourAt(data, at, channels)
    if (!seen.has(colour) && seen.add(colour).size > mostColours) return undefined
  }
  const ordered = [...seen].sort((a, b) => (a & 255) - (b & 255) || a - b)
  return new Map(ordered.map((colour, index) => [colour, index]))
}

function colourAt(data: Uint8Array, at: number, channels: 1 | 3 | 4): number {
  const red = data[at] ?? 0
  if (channels === 1) return ((red << 24) | (red << 16) | (red << 8) | 255) >>> 0
  const alpha = channels === 4 ? (data[at + 3] ?? 0) : 255
  return ((red << 24) | ((data[at + 1] ?? 0) << 16) | ((data[at + 2] ?? 0) << 8) | alpha) >>> 0
}

/** Rows of indices, `depth` bits each, most significant first, each behind its filter byte 0. */
function packed(
  { data, width, height, channels }: Raster,
  palette: ReadonlyMap<number, number>,
  depth: number,
) {
  const stride = 1 + Math.ceil((width * depth) / 8)
  const rows = new Uint8Array(stride * height)
  const samples = data as Uint8Array
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const index = palette.get(colourAt(samples, (y * width + x) * channels, channels)) ?? 0
      const bit = x * depth
      const at = y * stride + 1 + (bit >> 3)
      rows[at] = (rows[at] ?? 0) | (index << (8 - depth - (bit & 7)))
    }
  }
  return rows
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const out = Buffer.alloc(12 + data.length)
  out.writeUInt32BE(data.length, 0)
  out.write(type, 4, 'latin1')
  out.set(data, 8)
  out.writeUInt32BE(crc32(out.subarray(4, 8 + data.length)), 8 + data.length)
  return out
}
