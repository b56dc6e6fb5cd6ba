/** The blocks of an OpenEXR picture, lines or tiles, decompressed one after the other in the order of the file. */
import { inflateSync } from 'node:zlib'
import { damaged } from '../pixels.ts'
import { type Channel, type Header, name } from './header.ts'
import { undoPiz } from './piz.ts'

/** A rectangle of the picture, relative to its data window. */
export interface Block {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  /** Line by line, in each the samples of one channel after the other, little-endian. */
  readonly data: Uint8Array
}

const [none, rle, zips, zip, piz, pxr24] = [0, 1, 2, 3, 4, 5]
const linesOf: Readonly<Record<number, number>> = {
  [none]: 1,
  [rle]: 1,
  [zips]: 1,
  [zip]: 16,
  [piz]: 32,
  [pxr24]: 16,
}

/** @throws Problem `source/undecodable` for the lossy compressions B44 and DWA, which are not read here */
export function checkCompression({ compression }: Header): void {
  if (linesOf[compression] === undefined) {
    throw damaged(name, `is compressed in a way that is not read here (${compression}: B44 or DWA)`)
  }
}

export function* blocksOf(bytes: Uint8Array, header: Header): Generator<Block> {
  const { width, height, end, tile, hasParts } = header
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const lines = tile?.height ?? linesOf[header.compression] ?? 1
  const columns = tile === undefined ? 1 : Math.ceil(width / tile.width)
  const count = columns * Math.ceil(height / lines)
  if (end + count * 8 > bytes.length) throw damaged(name, 'ends within its table of blocks')
  for (let index = 0; index < count; index++) {
    const offset = Number(view.getBigUint64(end + index * 8, true)) + (hasParts ? 4 : 0)
    const place = tile === undefined ? placeOfLines(view, offset, header) : placeOfTile(view, offset, tile)
    const at = offset + (tile === undefined ? 4 : 16)
    const [x, y] = [place.x, place.y]
    const isInside = x >= 0 && y >= 0 && x < width && y < height && y % lines === 0
    if (!isInside) throw damaged(name, 'has a block outside of the picture')
    const size = { width: Math.min(tile?.width ?? width, width - x), height: Math.min(lines, height - y) }
    const length = view.getUint32(at, true)
    if (at + 4 + length > bytes.length) throw damaged(name, 'ends within a block')
    const stored = bytes.subarray(at + 4, at + 4 + length)
    yield { x, y, ...size, data: expand(stored, header, { x, y, ...size }) }
  }
}

function placeOfLines(view: DataView, at: number, { top }: Header) {
  return { x: 0, y: view.getInt32(at, true) - top }
}

function placeOfTile(view: DataView, at: number, { width, height }: { width: number; height: number }) {
  if (view.getInt32(at + 8, true) !== 0 || view.getInt32(at + 12, true) !== 0) {
    throw damaged(name, 'has a smaller level where the picture belongs')
  }
  return { x: view.getInt32(at, true) * width, y: view.getInt32(at + 4, true) * height }
}

/** Samples of a channel in a line of the data window; none where the line is skipped. */
export function samplesIn({ dx, dy }: Channel, left: number, width: number, y: number): number {
  return y % dy === 0 ? Math.floor((left + width - 1) / dx) - Math.floor((left - 1) / dx) : 0
}

export function bytesOf({ type }: Channel): number {
  return type === 1 ? 2 : 4
}

function expand(
  stored: Uint8Array,
  { compression, channels, left, top }: Header,
  { x, y, width, height }: Omit<Block, 'data'>,
): Uint8Array {
  const spans = Array.from({ length: height }, (_, line) =>
    channels.map((channel) => ({ channel, samples: samplesIn(channel, left + x, width, top + y + line) })),
  )
  const needed = spans.flat().reduce((sum, { channel, samples }) => sum + samples * bytesOf(channel), 0)
  if (stored.length === needed || compression === none) return checked(stored, needed)
  if (compression === rle) return checked(unpredict(undoRuns(stored, needed)), needed)
  if (compression === piz) {
    const rows = channels.map((channel, index) => ({
      wide: Math.max(...spans.map((line) => line[index]?.samples ?? 0)),
      high: spans.filter((line) => (line[index]?.samples ?? 0) > 0).length,
      words: bytesOf(channel) / 2,
    }))
    return arrange(undoPiz(stored, rows, needed / 2), spans, rows)
  }
  const inflated = inflateSync(stored, { maxOutputLength: Math.max(needed, 1) })
  if (compression === pxr24) return undoPxr24(inflated, spans.flat(), needed)
  return checked(unpredict(inflated), needed)
}

interface Span {
  readonly channel: Channel
  readonly samples: number
}

function checked(data: Uint8Array, needed: number): Uint8Array {
  if (data.length !== needed) throw damaged(name, 'has a block of the wrong length')
  return data
}

/** Differences to the byte before, and bytes of even places before those of odd ones. */
function unpredict(bytes: Uint8Array): Uint8Array {
  const mixed = new Uint8Array(bytes.length)
  const half = Math.ceil(bytes.length / 2)
  let value = 128
  for (let at = 0; at < bytes.length; at++) {
    value = (value + (bytes[at] ?? 0) - 128) & 255
    mixed[at < half ? at * 2 : (at - half) * 2 + 1] = value
  }
  return mixed
}

function undoRuns(stored: Uint8Array, needed: number): Uint8Array {
  const bytes = new Uint8Array(needed)
  let [at, to] = [0, 0]
  while (at < stored.length && to < needed) {
    const code = ((stored[at++] ?? 0) << 24) >> 24
    const count = Math.min(code < 0 ? -code : code + 1, needed - to)
    if (code < 0) {
      bytes.set(stored.subarray(at, at + count), to)
      at += count
    } else bytes.fill(stored[at++] ?? 0, to, to + count)
    to += count
  }
  if (to < needed) throw damaged(name, 'ends within a block')
  return bytes
}

/** Each line of a channel as planes of bytes, the most significant first, of differences; floats lack the last. */
function undoPxr24(planes: Uint8Array, spans: readonly Span[], needed: number): Uint8Array {
  const bytes = new Uint8Array(needed)
  const view = new DataView(bytes.buffer)
  let [at, to] = [0, 0]
  for (const { channel, samples } of spans) {
    const depth = channel.type === 1 ? 2 : channel.type === 2 ? 3 : 4
    let value = 0
    for (let index = 0; index < samples; index++) {
      let difference = 0
      for (let plane = 0; plane < depth; plane++)
        difference = difference * 256 + (planes[at + plane * samples + index] ?? 0)
      value = (value + difference) % 2 ** (depth * 8)
      if (depth === 2) view.setUint16(to, value, true)
      else view.setUint32(to, depth === 3 ? value * 256 : value, true)
      to += depth === 2 ? 2 : 4
    }
    at += depth * samples
  }
  if (at > planes.length) throw damaged(name, 'ends within a block')
  return bytes
}

/** From one channel after the other to one line after the other. */
function arrange(
  words: Uint16Array,
  spans: readonly (readonly Span[])[],
  rows: readonly { readonly wide: number; readonly high: number; readonly words: number }[],
): Uint8Array {
  const starts: number[] = []
  let start = 0
  for (const { wide, high, words: size } of rows) {
    starts.push(start)
    start += wide * high * size
  }
  const lines = new Uint16Array(words.length)
  let to = 0
  for (const line of spans) {
    for (const [index, { samples }] of line.entries()) {
      const from = starts[index] ?? 0
      const count = samples * (rows[index]?.words ?? 1)
      lines.set(words.subarray(from, from + count), to)
      starts[index] = from + count
      to += count
    }
  }
  return new Uint8Array(lines.buffer)
}
