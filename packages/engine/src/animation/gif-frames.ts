/**
 * Decodes a GIF frame by frame, each upon the last: memory for two pictures, however many frames there are. libvips
 * decodes every frame from the first one on, so taking a long animation in pieces with it costs its square.
 *
 * Source: GIF89a specification §22, appendix F (LZW)
 */
import { type GifFile, type GifFrame, readGif } from './gif-blocks.ts'

const clears = 2
const restores = 3
const maxCodes = 4096
const maxCodeBits = 12

/** RGBA pictures of the whole canvas. The same array each time: it holds until the next one is asked for. */
export function* gifFrames({ width, height, frames }: GifFile): Generator<Uint8Array, void> {
  const canvas = new Uint8Array(width * height * 4)
  const colours = new Uint32Array(canvas.buffer)
  for (const frame of frames) {
    const kept = frame.disposal === restores ? colours.slice() : undefined
    paint(colours, width, frame)
    yield canvas
    if (kept !== undefined) colours.set(kept)
    else if (frame.disposal === clears) clear(colours, width, height, frame)
  }
}

/** The file, when all of its frames lie on its canvas and are as many as libvips counted. */
export function gifOfFrames(
  bytes: Uint8Array,
  expected: { readonly width: number; readonly height: number; readonly pages: number },
): GifFile | undefined {
  const gif = readGif(bytes)
  if (gif === undefined || gif.frames.length !== expected.pages) return undefined
  if (gif.width !== expected.width || gif.height !== expected.height) return undefined
  const isInside = gif.frames.every(
    ({ left, top, width, height }) => left + width <= gif.width && top + height <= gif.height,
  )
  return isInside ? gif : undefined
}

function clear(colours: Uint32Array, width: number, height: number, frame: GifFrame): void {
  const bottom = Math.min(height, frame.top + frame.height)
  for (let y = frame.top; y < bottom; y++) {
    colours.fill(0, y * width + frame.left, y * width + Math.min(width, frame.left + frame.width))
  }
}

/** Whether some pixel of the frame is not painted. @throws RangeError for a damaged frame */
export function hasHoles(frame: GifFrame): boolean {
  return frame.transparent !== undefined && indicesOf(frame).includes(frame.transparent)
}

function indicesOf(frame: GifFrame): Uint8Array {
  const indices = new Uint8Array(frame.width * frame.height)
  if (decodeLzw(frame, indices) !== indices.length) throw new RangeError('a frame is incomplete')
  return indices
}

/** @throws RangeError when the data does not describe the whole frame */
function paint(colours: Uint32Array, width: number, frame: GifFrame): void {
  const indices = indicesOf(frame)
  const palette = paletteOf(frame)
  let from = 0
  for (const row of rowsOf(frame)) {
    let to = (frame.top + row) * width + frame.left
    for (let x = 0; x < frame.width; x++, from++, to++) {
      const index = indices[from] ?? 0
      if (index !== frame.transparent) colours[to] = palette[index] ?? 0
    }
  }
}

/** Colours as they lie in memory, opaque; indices beyond the palette are black. */
function paletteOf({ palette }: GifFrame): Uint32Array {
  const bytes = new Uint8Array(256 * 4)
  for (let index = 0; index < 256; index++) {
    bytes.set(palette.subarray(index * 3, index * 3 + 3), index * 4)
    bytes[index * 4 + 3] = 255
  }
  return new Uint32Array(bytes.buffer)
}

/** Rows in the order in which they are stored. */
function rowsOf({ height, isInterlaced }: GifFrame): readonly number[] {
  const every = (first: number, step: number) =>
    Array.from(
      { length: Math.max(0, Math.ceil((height - first) / step)) },
      (_, index) => first + index * step,
    )
  return isInterlaced ? [...every(0, 8), ...every(4, 8), ...every(2, 4), ...every(1, 2)] : every(0, 1)
}

const prefix = new Uint16Array(maxCodes)
const suffix = new Uint8Array(maxCodes)
const lengths = new Uint16Array(maxCodes)

/** Fills `indices`; how many there were. @throws RangeError for a code that cannot be */
function decodeLzw({ codeBits, data }: GifFrame, indices: Uint8Array): number {
  if (codeBits < 1 || codeBits > 11) throw new RangeError('impossible code size')
  const clearCode = 1 << codeBits
  const endCode = clearCode + 1
  for (let code = 0; code < clearCode; code++) {
    suffix[code] = code
    lengths[code] = 1
  }
  let [next, bits, previous, first] = [endCode + 1, codeBits + 1, -1, 0]
  let [buffer, held, written, at, blockEnd] = [0, 0, 0, 0, 0]
  const total = indices.length
  while (written < total) {
    while (held < bits) {
      if (at === blockEnd) {
        const length = data[at++] ?? 0
        if (length === 0) return written
        blockEnd = at + length
      }
      buffer |= (data[at++] ?? 0) << held
      held += 8
    }
    const code = buffer & ((1 << bits) - 1)
    buffer >>>= bits
    held -= bits
    if (code === clearCode) {
      next = endCode + 1
      bits = codeBits + 1
      previous = -1
      continue
    }
    if (code === endCode) return written
    if (code > next || (code === next && previous < 0)) throw new RangeError('impossible code')
    // The code being defined right now is the last run and its own first index again.
    const run = code === next ? previous : code
    const length = (lengths[run] ?? 0) + (code === next ? 1 : 0)
    let place = written + length - 1
    if (code === next) {
      if (place < total) indices[place] = first
      place--
    }
    let entry = run
    for (let left = lengths[run] ?? 0; left > 0; left--) {
      first = suffix[entry] ?? 0
      if (place < total) indices[place] = first
      place--
      entry = prefix[entry] ?? 0
    }
    written = Math.min(total, written + length)
    if (previous >= 0 && next < maxCodes) {
      prefix[next] = previous
      suffix[next] = first
      lengths[next] = (lengths[previous] ?? 0) + 1
      next++
      if (next === 1 << bits && bits < maxCodeBits) bits++
    }
    previous = code
  }
  return written
}
