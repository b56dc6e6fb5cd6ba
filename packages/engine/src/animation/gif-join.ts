/**
 * Joins GIFs, made one after the other from runs of frames, into one. Each frame takes its palette along.
 *
 * Source: GIF89a specification §17–§26; the NETSCAPE2.0 extension for repetitions
 */
import { type GifFile, type GifFrame, readGif } from './gif-blocks.ts'
import { hasHoles } from './gif-frames.ts'
import { CannotJoin, type Joiner, type Part } from './joiner.ts'

const trailer = 0x3b
const clears = 2
const paletteFlag = 0x80
const interlaceFlag = 0x40

/** @throws CannotJoin */
export function gifJoiner(loop: number): Joiner {
  const blocks: Uint8Array[] = []
  // Held back: how it ends depends on what follows.
  let last: TimedFrame | undefined
  return {
    async add({ bytes, width, height, delays }: Part) {
      const gif = readGif(bytes)
      const [first] = gif?.frames ?? []
      if (gif === undefined || first === undefined) throw new CannotJoin()
      if (last === undefined) blocks.push(head(width, height, loop))
      else blocks.push(...blocksOf(last, endsBefore(first, last, gif)))
      // A part of one frame has no time of its own.
      const whole = gif.frames.length === 1 ? delays.reduce((sum, delay) => sum + delay, 0) : undefined
      const timed = gif.frames.map((frame) => ({ frame, delay: whole }))
      blocks.push(...timed.slice(0, -1).flatMap((frame) => blocksOf(frame, frame.frame.disposal)))
      last = timed.at(-1)
    },
    finish: () =>
      Buffer.concat([
        ...blocks,
        ...(last === undefined ? [] : blocksOf(last, last.frame.disposal)),
        Uint8Array.of(trailer),
      ]),
  }
}

interface TimedFrame {
  readonly frame: GifFrame
  /** Milliseconds; the frame's own when undefined. */
  readonly delay: number | undefined
}

/** How the last frame of a part ends: a picture with holes must find an empty canvas. */
function endsBefore(next: GifFrame, { frame }: TimedFrame, { width, height }: GifFile): number {
  if (next.width !== width || next.height !== height) throw new CannotJoin()
  if (!hasHoles(next)) return frame.disposal
  if (frame.width !== width || frame.height !== height) throw new CannotJoin()
  return clears
}

function head(width: number, height: number, loop: number): Uint8Array {
  const screen = Buffer.from('GIF89a\0\0\0\0\0\0\0', 'latin1')
  screen.writeUInt16LE(width, 6)
  screen.writeUInt16LE(height, 8)
  // One repetition is what a file without the extension means; the number counts those behind the first showing.
  if (loop === 1) return screen
  const repeats = Buffer.from('\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0', 'latin1')
  repeats.writeUInt16LE(loop === 0 ? 0 : loop - 1, 16)
  return Buffer.concat([screen, repeats])
}

function blocksOf({ frame, delay }: TimedFrame, disposal: number): readonly Uint8Array[] {
  const control = Buffer.from(frame.control.length > 0 ? frame.control : [0x21, 0xf9, 4, 0, 0, 0, 0, 0])
  if (delay !== undefined) control.writeUInt16LE(Math.min(65_535, Math.round(delay / 10)), 4)
  control[3] = ((control[3] ?? 0) & ~0x1c) | (disposal << 2)
  const size = Math.log2(frame.palette.length / 3) - 1
  const descriptor = Buffer.alloc(10)
  descriptor[0] = 0x2c
  for (const [index, value] of [frame.left, frame.top, frame.width, frame.height].entries()) {
    descriptor.writeUInt16LE(value, 1 + index * 2)
  }
  descriptor[9] = paletteFlag | (frame.isInterlaced ? interlaceFlag : 0) | size
  return [control, descriptor, frame.palette, Uint8Array.of(frame.codeBits), frame.data]
}
