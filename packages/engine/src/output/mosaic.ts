/**
 * A part of a picture that stands for all of it: nine tiles from all over at full resolution, side by side.
 *
 * Trial encodings and their comparison cost by the pixel; shrinking would change what is measured. Tiles are whole
 * blocks of every codec, so their seams are no edges inside a block.
 */
import type { Raster } from '../image.ts'

/** Pictures up to this many pixels are taken whole. */
const mostPixels = 131_072
const tilesAcross = 3
const block = 16

/** Of an animation the first frame. 8 bit. */
export function mosaicOf(raster: Raster): Raster & { readonly data: Uint8Array } {
  const { width, height, channels } = raster
  const scale = Math.sqrt(mostPixels / (width * height))
  const side = (length: number) => Math.max(block, Math.floor((length * scale) / tilesAcross / block) * block)
  const tile = { width: side(width), height: side(height) }
  const isWhole = scale >= 1 || tile.width * tilesAcross > width || tile.height * tilesAcross > height
  if (isWhole) return picked(raster, { width, height }, [0], [0])
  const starts = (length: number, part: number) =>
    Array.from({ length: tilesAcross }, (_, index) =>
      Math.round(((length - part) * index) / (tilesAcross - 1)),
    )
  return picked({ ...raster, channels }, tile, starts(width, tile.width), starts(height, tile.height))
}

function picked(
  raster: Raster,
  tile: { readonly width: number; readonly height: number },
  lefts: readonly number[],
  tops: readonly number[],
): Raster & { readonly data: Uint8Array } {
  const { data: from, width: stride, channels } = raster
  const width = tile.width * lefts.length
  const height = tile.height * tops.length
  const data = new Uint8Array(width * height * channels)
  const shift = from instanceof Uint16Array ? 8 : 0
  let at = 0
  for (const top of tops) {
    for (let y = 0; y < tile.height; y++) {
      for (const left of lefts) {
        let source = ((top + y) * stride + left) * channels
        for (let sample = 0; sample < tile.width * channels; sample++) {
          data[at++] = (from[source++] ?? 0) >> shift
        }
      }
    }
  }
  return { ...raster, data, width, height, pages: 1 }
}
