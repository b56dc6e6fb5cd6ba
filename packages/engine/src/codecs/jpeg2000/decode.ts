/**
 * Decodes a codestream to its components: any number of them, of any depth and sampling, tiled or whole.
 *
 * Slower than the WebAssembly decoder (see `openjpeg.ts`), which takes the plain cases only, but complete, and
 * unable to touch memory that is not its own.
 */
import { checkedSides, damaged } from '../pixels.ts'
import { BlockDecoder } from './block-decoder.ts'
import {
  type Component,
  name,
  type Rect,
  readSize,
  readTiles,
  type Size,
  type Tile,
  tileRect,
} from './codestream.ts'
import { readPackets } from './packets.ts'
import { type Band, type Resolution, scaled, structureOf, type TileComponent } from './structure.ts'
import { undoLevel } from './wavelet.ts'

/** Samples of one component. Unsigned ones are 0 … 2^bits − 1; signed ones are lifted to the same range. */
export interface Plane {
  readonly data: Uint16Array | Uint8Array
  /** From one sample to the next, and to the first. */
  readonly step: number
  readonly offset: number
  readonly width: number
  readonly height: number
  readonly component: Component
}

/** Size of a component's samples within the picture. */
function componentSize({ image }: Size, { dx, dy }: Component): Rect {
  const rect = scaled(image, dx, dy)
  checkedSides(name, rect.x1 - rect.x0, rect.y1 - rect.y0)
  return rect
}

export function decodePlanes(codestream: Uint8Array): readonly Plane[] {
  const size = readSize(codestream)
  const planes = size.components.map((component): Plane & { rect: Rect } => {
    const rect = componentSize(size, component)
    const [width, height] = [rect.x1 - rect.x0, rect.y1 - rect.y0]
    const data = component.bits > 8 ? new Uint16Array(width * height) : new Uint8Array(width * height)
    return { data, step: 1, offset: 0, width, height, component, rect }
  })
  const blocks = new BlockDecoder()
  const tiles = readTiles(codestream, size)
  if (tiles.length === 0) throw damaged(name, 'has no picture data')
  for (const tile of tiles) {
    const rect = tileRect(size, tile.index)
    const components = structureOf(tile, rect, size.components)
    readPackets(tile, rect, components)
    const samples = components.map((component, index) =>
      transformed(component, tile.components[index], blocks),
    )
    if (tile.style.isTransformed) undoColours(samples, components)
    for (const [index, plane] of planes.entries()) {
      const [from, at] = [samples[index], components[index]]
      if (from !== undefined && at !== undefined) place(from, at, plane, plane.rect)
    }
  }
  return planes
}

/** Level by level from the smallest resolution up. */
function transformed(
  component: TileComponent,
  coding: Tile['components'][number] | undefined,
  blocks: BlockDecoder,
): Int32Array | Float32Array {
  const isReversible = coding?.style.isReversible ?? true
  let samples = arrayOf(0, isReversible)
  let before: Resolution | undefined
  for (const resolution of component.resolutions) {
    const [width, height] = [resolution.x1 - resolution.x0, resolution.y1 - resolution.y0]
    const next = arrayOf(Math.max(0, width * height), isReversible)
    if (before !== undefined) spread(samples, before, next, resolution)
    for (const [index, band] of resolution.bands.entries()) {
      for (const precinct of resolution.precincts) {
        for (const block of precinct.bands[index]?.blocks ?? []) {
          if (block.passes === 0) continue
          blocks.decode(block, band.planes, band.orientation, coding?.style.blockStyle ?? 0)
          write(blocks.values, block, { band, resolution, shift: coding?.shift ?? 0 }, next)
        }
      }
    }
    if (before !== undefined) undoLevel(next, width, height, resolution)
    samples = next
    before = resolution
  }
  return samples
}

function arrayOf(length: number, isReversible: boolean): Int32Array | Float32Array {
  return isReversible ? new Int32Array(length) : new Float32Array(length)
}

/** The smaller resolution goes where the larger one has low samples. */
function spread(
  from: Int32Array | Float32Array,
  small: Resolution,
  to: Int32Array | Float32Array,
  large: Resolution,
): void {
  const [width, height] = [small.x1 - small.x0, small.y1 - small.y0]
  const stride = large.x1 - large.x0
  for (let y = 0; y < height; y++) {
    let at = (2 * (small.y0 + y) - large.y0) * stride + 2 * small.x0 - large.x0
    for (let x = 0; x < width; x++, at += 2) to[at] = from[y * width + x] ?? 0
  }
}

/** Coefficients of a block, to their place among the interleaved samples. */
function write(
  values: Int32Array,
  block: Rect,
  {
    band,
    resolution,
    shift,
  }: { readonly band: Band; readonly resolution: Resolution; readonly shift: number },
  to: Int32Array | Float32Array,
): void {
  const isWhole = resolution.bands.length === 1
  const [spacing, right, down] = isWhole ? [1, 0, 0] : [2, band.orientation & 1, band.orientation >> 1]
  const stride = resolution.x1 - resolution.x0
  const isInteger = to instanceof Int32Array
  const [width, height] = [block.x1 - block.x0, block.y1 - block.y0]
  for (let y = 0; y < height; y++) {
    let at =
      (spacing * (block.y0 + y) + down - resolution.y0) * stride + spacing * block.x0 + right - resolution.x0
    for (let x = 0; x < width; x++, at += spacing) {
      let value = values[y * width + x] ?? 0
      if (shift > 0 && Math.abs(value) >= 2 ** shift) value = value < 0 ? -(-value >> shift) : value >> shift
      to[at] = isInteger ? (value / 2) | 0 : value * 0.5 * band.step
    }
  }
}

/** Annex G: the first three components back from luminance and colour differences. */
function undoColours(
  samples: readonly (Int32Array | Float32Array)[],
  components: readonly TileComponent[],
): void {
  const [first, second, third] = samples
  if (first === undefined || second === undefined || third === undefined) return
  if (first.length !== second.length || first.length !== third.length || components.length < 3) {
    throw damaged(name, 'mixes components of different sizes')
  }
  const isReversible = first instanceof Int32Array
  for (let at = 0; at < first.length; at++) {
    const [y, u, v] = [first[at] ?? 0, second[at] ?? 0, third[at] ?? 0]
    if (isReversible) {
      const green = y - ((u + v) >> 2)
      first[at] = v + green
      second[at] = green
      third[at] = u + green
    } else {
      first[at] = y + 1.402 * v
      second[at] = y - 0.344136 * u - 0.714136 * v
      third[at] = y + 1.772 * u
    }
  }
}

function place(
  samples: Int32Array | Float32Array,
  tile: TileComponent,
  { data, width, component }: Plane,
  image: Rect,
): void {
  const most = 2 ** component.bits - 1
  const middle = 2 ** (component.bits - 1)
  const [columns, rows] = [tile.x1 - tile.x0, tile.y1 - tile.y0]
  for (let row = 0; row < rows; row++) {
    let to = (tile.y0 - image.y0 + row) * width + tile.x0 - image.x0
    for (let from = row * columns; from < (row + 1) * columns; from++, to++) {
      const value = Math.round(samples[from] ?? 0) + middle
      data[to] = value < 0 ? 0 : value > most ? most : value
    }
  }
}
