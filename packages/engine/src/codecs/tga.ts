/**
 * TGA: palette, RGB and grey, plain and run-length coded, any of the four corners first. Own decoder.
 *
 * There is no magic number, so the header must make sense in every field; this codec is asked last.
 * Source: Truevision TGA File Format Specification 2.0
 */
import type { Codec } from './codec.ts'
import { checkedLength, checkedSides, damaged, type PixelHeader, type Pixels } from './pixels.ts'

const name = 'TGA'
const headerBytes = 18
/** A packet of at most five bytes stands for 128 pixels. */
const maxRun = 128

interface Header extends PixelHeader {
  readonly isRun: boolean
  /** Bytes of a stored pixel, or of an index. */
  readonly step: number
  readonly palette: Uint8Array | undefined
  readonly paletteStart: number
  readonly isRightFirst: boolean
  readonly isTopFirst: boolean
  readonly dataAt: number
}

export const tga: Codec = {
  format: 'tga',
  sniff: looksLikeTga,
  decoder: {
    header(bytes) {
      const { width, height, channels, depth } = readHeader(bytes)
      return { width, height, channels, depth }
    },
    decode,
  },
  loaders: [],
  sharpFormat: 'tiff',
  shrinksOnLoad: false,
  holds16Bit: false,
}

function looksLikeTga(head: Uint8Array): boolean {
  const [, map = 255, type = 0] = head
  const at = (index: number) => head[index] ?? 0
  const isIndexed = type === 1 || type === 9
  const isGrey = type === 3 || type === 11
  const bits = at(16)
  return (
    head.length > headerBytes &&
    (map === 1 || (map === 0 && !isIndexed)) &&
    (map === 0 || [15, 16, 24, 32].includes(at(7))) &&
    (isIndexed || isGrey || type === 2 || type === 10) &&
    at(12) + at(13) > 0 &&
    at(14) + at(15) > 0 &&
    (isIndexed
      ? bits === 8 || bits === 16
      : isGrey
        ? bits === 8 || bits === 16
        : [15, 16, 24, 32].includes(bits)) &&
    at(17) < 64
  )
}

function readHeader(bytes: Uint8Array): Header {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const [idBytes, hasMap, type] = [view.getUint8(0), view.getUint8(1) === 1, view.getUint8(2)]
  const [mapStart, mapLength, mapBits] = [view.getUint16(3, true), view.getUint16(5, true), view.getUint8(7)]
  const [width, height, bits, flags] = [
    view.getUint16(12, true),
    view.getUint16(14, true),
    view.getUint8(16),
    view.getUint8(17),
  ]
  checkedSides(name, width, height)
  const mapAt = headerBytes + idBytes
  const mapBytes = hasMap ? mapLength * Math.ceil(mapBits / 8) : 0
  checkedLength(name, bytes, mapAt + mapBytes + 1)
  const isIndexed = (type & 7) === 1
  const isGrey = (type & 7) === 3
  // The sixteenth bit of a colour is rarely set even where the header calls it alpha: readers ignore it.
  const hasAlpha = isIndexed ? mapBits === 32 : bits === 32 || (bits === 16 && isGrey)
  return {
    width,
    height,
    channels: hasAlpha ? 4 : isGrey ? 1 : 3,
    depth: 8,
    isRun: type >= 9,
    step: Math.ceil(bits / 8),
    palette: isIndexed ? bytes.subarray(mapAt, mapAt + mapBytes) : undefined,
    paletteStart: mapStart,
    isRightFirst: (flags & 16) !== 0,
    isTopFirst: (flags & 32) !== 0,
    dataAt: mapAt + mapBytes,
  }
}

function decode(bytes: Uint8Array): Pixels {
  const header = readHeader(bytes)
  const { width, height, channels, dataAt, step, isRun } = header
  const count = width * height
  if (isRun && count > (bytes.length - dataAt) * maxRun) {
    throw damaged(name, 'has fewer pixels than its header says')
  }
  if (!isRun) checkedLength(name, bytes, dataAt + count * step)
  const stored = isRun ? expandRuns(bytes, header, count) : bytes.subarray(dataAt, dataAt + count * step)
  const data = new Uint8Array(count * channels)
  const write = writerFor(header, bytes)
  for (let row = 0; row < height; row++) {
    const y = header.isTopFirst ? row : height - 1 - row
    for (let column = 0; column < width; column++) {
      const x = header.isRightFirst ? width - 1 - column : column
      write(stored, (row * width + column) * step, data, (y * width + x) * channels)
    }
  }
  return { width, height, channels, depth: 8, data }
}

function expandRuns(bytes: Uint8Array, { dataAt, step }: Header, count: number): Uint8Array {
  const stored = new Uint8Array(count * step)
  let [at, to] = [dataAt, 0]
  while (to < stored.length) {
    if (at >= bytes.length) throw damaged(name, 'ends before its last pixel')
    const packet = bytes[at++] ?? 0
    const length = Math.min(((packet & 127) + 1) * step, stored.length - to)
    if (packet < 128) {
      stored.set(bytes.subarray(at, Math.min(at + length, bytes.length)), to)
      at += length
    } else {
      for (let index = 0; index < length; index++) stored[to + index] = bytes[at + (index % step)] ?? 0
      at += step
    }
    to += length
  }
  return stored
}

type Writer = (from: Uint8Array, at: number, data: Uint8Array, to: number) => void

/** What turns a stored pixel into a pixel. */
function writerFor({ palette, paletteStart, step, channels }: Header, bytes: Uint8Array): Writer {
  if (palette !== undefined) {
    const entryBytes = Math.ceil((bytes[7] ?? 0) / 8)
    const colour = colourWriter(entryBytes, channels)
    return (from, at, data, to) => {
      const index = (from[at] ?? 0) | (step === 2 ? (from[at + 1] ?? 0) << 8 : 0)
      const entry = (index - paletteStart) * entryBytes
      if (entry >= 0) colour(palette, entry, data, to)
    }
  }
  if (channels === 1) {
    return (from, at, data, to) => {
      data[to] = from[at] ?? 0
    }
  }
  const isGrey = ((bytes[2] ?? 0) & 7) === 3
  return isGrey ? writeGreyAlpha : colourWriter(step, channels)
}

function writeGreyAlpha(from: Uint8Array, at: number, data: Uint8Array, to: number): void {
  data.fill(from[at] ?? 0, to, to + 3)
  data[to + 3] = from[at + 1] ?? 0
}

function colourWriter(step: number, channels: number): Writer {
  if (step === 2) {
    return (from, at, data, to) => {
      const value = (from[at] ?? 0) | ((from[at + 1] ?? 0) << 8)
      data[to] = scale5((value >> 10) & 31)
      data[to + 1] = scale5((value >> 5) & 31)
      data[to + 2] = scale5(value & 31)
    }
  }
  return (from, at, data, to) => {
    data[to] = from[at + 2] ?? 0
    data[to + 1] = from[at + 1] ?? 0
    data[to + 2] = from[at] ?? 0
    if (channels === 4) data[to + 3] = from[at + 3] ?? 0
  }
}

function scale5(value: number): number {
  return (value << 3) | (value >> 2)
}
