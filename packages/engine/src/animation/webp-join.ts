/**
 * Joins animated WebP files, made one after the other from runs of frames, into one.
 *
 * The frames stay as libwebp encoded them. Only the first of each file must stand alone: it replaces whatever was on
 * the canvas, so it must cover all of it. Source: RFC 9649 §2.7.1 (VP8X, ANIM, ANMF)
 */
import { type Chunk, chunksOf, framed, webpOf } from '../codecs/webp-chunks.ts'
import { sharp } from '../sharp/setup.ts'
import type { Joiner, Part } from './joiner.ts'

const [animationFlag, alphaFlag] = [0x02, 0x10]
const frameHeadBytes = 16
const noBlending = 0x02
const imageChunks: ReadonlySet<string> = new Set(['ALPH', 'VP8 ', 'VP8L'])
const behindFrames: ReadonlySet<string> = new Set(['EXIF', 'XMP '])
const losslessQuality = 25
const effort = 2

export function webpJoiner(loop: number): Joiner {
  const frames: Chunk[] = []
  let flags = animationFlag
  let metadata: readonly Chunk[] = []
  let size = { width: 1, height: 1 }
  return {
    async add(part) {
      const chunks = chunksOf(part.bytes)
      flags |= flagsOf(chunks)
      if (frames.length === 0) {
        metadata = chunks.filter(({ type }) => behindFrames.has(type))
        size = { width: part.width, height: part.height }
      }
      const moving = chunks.filter(({ type }) => type === 'ANMF')
      const [first, ...others] = moving.length > 0 ? moving : [stillFrame(chunks, part)]
      if (first !== undefined) frames.push(await standingAlone(first, part), ...others)
    },
    finish: () =>
      webpOf([
        { type: 'VP8X', data: canvasHead(flags, size) },
        { type: 'ANIM', data: Buffer.of(0, 0, 0, 0, loop & 0xff, (loop >> 8) & 0xff) },
        ...frames,
        ...metadata,
      ]),
  }
}

function flagsOf(chunks: readonly Chunk[]): number {
  const head = chunks.find(({ type }) => type === 'VP8X')
  if (head !== undefined) return head.data[0] ?? 0
  return chunks.some(({ type, data }) => type === 'VP8L' && ((data[4] ?? 0) & 0x10) !== 0) ? alphaFlag : 0
}

function canvasHead(flags: number, { width, height }: { width: number; height: number }): Uint8Array {
  const data = Buffer.alloc(10)
  data[0] = flags
  data.writeUIntLE(width - 1, 4, 3)
  data.writeUIntLE(height - 1, 7, 3)
  return data
}

/** libwebp writes a run of equal frames as a still: one frame that stays as long as all of them. */
function stillFrame(chunks: readonly Chunk[], { width, height, delays }: Part): Chunk {
  const head = Buffer.alloc(frameHeadBytes)
  head.writeUIntLE(width - 1, 6, 3)
  head.writeUIntLE(height - 1, 9, 3)
  head.writeUIntLE(
    Math.min(
      0xff_ffff,
      delays.reduce((sum, delay) => sum + delay, 0),
    ),
    12,
    3,
  )
  const image = chunks.filter(({ type }) => imageChunks.has(type))
  return { type: 'ANMF', data: Buffer.concat([head, ...image.flatMap(framed)]) }
}

/** The frame as one that covers the canvas and does not blend. */
async function standingAlone({ type, data }: Chunk, { width, height }: Part): Promise<Chunk> {
  const frame = Buffer.from(data)
  frame[15] = (frame[15] ?? 0) | noBlending
  const box = {
    left: 2 * frame.readUIntLE(0, 3),
    top: 2 * frame.readUIntLE(3, 3),
    width: 1 + frame.readUIntLE(6, 3),
    height: 1 + frame.readUIntLE(9, 3),
  }
  if (box.width === width && box.height === height) return { type, data: frame }
  // Transparent edges were left out. What is inside was lossy once; it is not made so again.
  const image = chunksOf(frame, frameHeadBytes)
  const whole = await sharp(stillFile(image, box))
    .ensureAlpha()
    .extend({
      left: box.left,
      top: box.top,
      right: width - box.left - box.width,
      bottom: height - box.top - box.height,
      background: { r: 0, g: 0, b: 0, alpha: 0 },
    })
    .webp({ lossless: true, quality: losslessQuality, effort })
    .toBuffer()
  const made = stillFrame(chunksOf(whole), { bytes: whole, width, height, delays: [] })
  const head = Buffer.from(made.data.subarray(0, frameHeadBytes))
  head.set(frame.subarray(12, 16), 12)
  return { type, data: Buffer.concat([head, made.data.subarray(frameHeadBytes)]) }
}

function stillFile(image: readonly Chunk[], size: { width: number; height: number }): Uint8Array {
  const hasAlphaChunk = image.some(({ type }) => type === 'ALPH')
  const head = hasAlphaChunk ? [{ type: 'VP8X', data: canvasHead(alphaFlag, size) }] : []
  return webpOf([...head, ...image.filter(({ type }) => imageChunks.has(type))])
}
