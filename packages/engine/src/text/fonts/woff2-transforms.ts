/**
 * Undoes WOFF2's transforms of outlines (`glyf`, `loca`) and horizontal metrics (`hmtx`).
 *
 * The rebuilt outlines are plain rather than small: every delta has 16 bits. Source: W3C WOFF 2.0 §5.1–§5.4
 */
import { ByteReader } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'

export interface RebuiltGlyphs {
  readonly glyf: Uint8Array
  /** 32-bit offsets. */
  readonly loca: Uint8Array
  /** Least x of each glyph, font units. */
  readonly leftEdges: Int16Array
}

interface Streams {
  readonly contours: ByteReader
  readonly points: ByteReader
  readonly flags: ByteReader
  readonly glyphs: ByteReader
  readonly composites: ByteReader
  readonly instructions: ByteReader
  readonly boxBits: Uint8Array
  readonly boxes: ByteReader
}

/** Distances of each point to the one before. */
interface Points {
  readonly dx: Int16Array
  readonly dy: Int16Array
  readonly isOnCurve: Uint8Array
}

type Box = readonly [xMin: number, yMin: number, xMax: number, yMax: number]

const moreComponents = 0x20
const argumentsAreWords = 0x01
const hasScale = 0x08
const hasXYScale = 0x40
const hasMatrix = 0x80
const hasInstructions = 0x100
const overlapSimple = 0x40

export function rebuildGlyphs(transformed: Uint8Array): RebuiltGlyphs {
  const reader = new ByteReader(transformed)
  reader.take(2)
  const options = reader.u16()
  const count = reader.u16()
  reader.take(2)
  const sizes = Array.from({ length: 7 }, () => reader.u32())
  const [contours, points, flags, glyphs, composites, boxes, instructions] = sizes.map((size) =>
    reader.take(size),
  ) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array]
  const overlaps = (options & 1) === 0 ? undefined : reader.take((count + 7) >> 3)
  const bitBytes = ((count + 31) >> 5) << 2
  const streams: Streams = {
    contours: new ByteReader(contours),
    points: new ByteReader(points),
    flags: new ByteReader(flags),
    glyphs: new ByteReader(glyphs),
    composites: new ByteReader(composites),
    instructions: new ByteReader(instructions),
    boxBits: boxes.subarray(0, bitBytes),
    boxes: new ByteReader(boxes.subarray(bitBytes)),
  }
  const glyf = new ByteWriter(4 * transformed.length)
  const leftEdges = new Int16Array(count)
  const loca = new ByteWriter(4 * (count + 1))
  for (let glyph = 0; glyph < count; glyph++) {
    writeOffset(loca, glyf.length)
    leftEdges[glyph] = writeGlyph(glyf, streams, glyph, isSet(overlaps, glyph))
    glyf.pad()
  }
  writeOffset(loca, glyf.length)
  return { glyf: glyf.done(), loca: loca.done(), leftEdges }
}

/** Advances, and the left side bearings that the transform left out because they are the glyphs' left edges. */
export function rebuildMetrics(
  transformed: Uint8Array,
  advanceCount: number,
  leftEdges: Int16Array,
): Uint8Array {
  const reader = new ByteReader(transformed)
  const flags = reader.u8()
  const advances = Array.from({ length: advanceCount }, () => reader.u16())
  const metrics = new DataView(new ArrayBuffer(2 * (advanceCount + leftEdges.length)))
  for (const [glyph, leftEdge] of leftEdges.entries()) {
    const isLeftOut = (flags & (glyph < advanceCount ? 1 : 2)) !== 0
    const bearing = isLeftOut ? leftEdge : reader.i16()
    const at = glyph < advanceCount ? 4 * glyph : 2 * (advanceCount + glyph)
    if (glyph < advanceCount) metrics.setUint16(at, advances[glyph] ?? 0)
    metrics.setInt16(glyph < advanceCount ? at + 2 : at, bearing)
  }
  return new Uint8Array(metrics.buffer)
}

/** Appends a glyph, nothing for an empty one; returns its left edge. */
function writeGlyph(out: ByteWriter, streams: Streams, glyph: number, overlaps: boolean): number {
  const contourCount = streams.contours.i16()
  if (contourCount === 0) return 0
  const hasBox = isSet(streams.boxBits, glyph)
  if (contourCount > 0) return writeSimple(out, streams, { contourCount, hasBox, overlaps })
  const { components, hasProgram } = readComponents(streams.composites)
  if (!hasBox) throw new Error('a composite glyph without a box')
  const box = readBox(streams.boxes)
  writeHead(out, -1, box)
  for (const component of components) out.bytes(component)
  if (hasProgram) writeProgram(out, streams)
  return box[0]
}

function writeSimple(
  out: ByteWriter,
  streams: Streams,
  { contourCount, hasBox, overlaps }: { contourCount: number; hasBox: boolean; overlaps: boolean },
): number {
  const ends: number[] = []
  let count = 0
  for (let contour = 0; contour < contourCount; contour++) {
    count += streams.points.short255()
    ends.push(count - 1)
  }
  const points = readPoints(streams, count)
  const box = hasBox ? readBox(streams.boxes) : boxOf(points)
  writeHead(out, contourCount, box)
  for (const end of ends) out.u16(end)
  writeProgram(out, streams)
  for (const [index, isOnCurve] of points.isOnCurve.entries()) {
    out.u8(isOnCurve | (overlaps && index === 0 ? overlapSimple : 0))
  }
  for (const dx of points.dx) out.u16(dx)
  for (const dy of points.dy) out.u16(dy)
  return box[0]
}

/** Each pair of distances is packed into one to five bytes, of which the first tells how. */
function readPoints({ flags, glyphs }: Streams, count: number): Points {
  const points = { dx: new Int16Array(count), dy: new Int16Array(count), isOnCurve: new Uint8Array(count) }
  for (let index = 0; index < count; index++) {
    const byte = flags.u8()
    const flag = byte & 127
    const [dx, dy] = readSizes(flag, glyphs)
    const isVertical = flag < 10
    points.dx[index] = (flag & 1) === 0 ? -dx : dx
    points.dy[index] = ((isVertical ? flag : flag < 20 ? 1 : flag >> 1) & 1) === 0 ? -dy : dy
    points.isOnCurve[index] = byte < 128 ? 1 : 0
  }
  return points
}

/** Distances without their signs. Source: W3C WOFF 2.0 §5.2, table of triplets */
function readSizes(flag: number, bytes: ByteReader): readonly [number, number] {
  const first = bytes.u8()
  if (flag < 10) return [0, ((flag & 14) << 7) + first]
  if (flag < 20) return [(((flag - 10) & 14) << 7) + first, 0]
  if (flag < 84) {
    const rest = flag - 20
    return [1 + (rest & 0x30) + (first >> 4), 1 + ((rest & 0x0c) << 2) + (first & 15)]
  }
  const second = bytes.u8()
  if (flag < 120) {
    const rest = flag - 84
    return [1 + (Math.floor(rest / 12) << 8) + first, 1 + (((rest % 12) >> 2) << 8) + second]
  }
  const third = bytes.u8()
  if (flag < 124) return [(first << 4) + (second >> 4), ((second & 15) << 8) + third]
  return [(first << 8) + second, (third << 8) + bytes.u8()]
}

function readComponents(reader: ByteReader): { components: readonly Uint8Array[]; hasProgram: boolean } {
  const components: Uint8Array[] = []
  let hasProgram = false
  for (let flags = moreComponents; (flags & moreComponents) !== 0; ) {
    const head = reader.take(2)
    flags = ((head[0] ?? 0) << 8) | (head[1] ?? 0)
    hasProgram ||= (flags & hasInstructions) !== 0
    const numbers =
      (flags & hasMatrix) !== 0 ? 4 : (flags & hasXYScale) !== 0 ? 2 : (flags & hasScale) !== 0 ? 1 : 0
    components.push(head, reader.take(2 + ((flags & argumentsAreWords) !== 0 ? 4 : 2) + 2 * numbers))
  }
  return { components, hasProgram }
}

function writeHead(out: ByteWriter, contourCount: number, box: Box): void {
  out.u16(contourCount)
  for (const side of box) out.u16(side)
}

/** A glyph's hinting program, which nothing here runs. */
function writeProgram(out: ByteWriter, { glyphs, instructions }: Streams): void {
  const length = glyphs.short255()
  out.u16(length)
  out.bytes(instructions.take(length))
}

function writeOffset(loca: ByteWriter, offset: number): void {
  loca.u16(offset >>> 16)
  loca.u16(offset & 0xffff)
}

function readBox(boxes: ByteReader): Box {
  return [boxes.i16(), boxes.i16(), boxes.i16(), boxes.i16()]
}

function boxOf({ dx, dy }: Points): Box {
  const [xMin, xMax] = extremes(dx)
  const [yMin, yMax] = extremes(dy)
  return [xMin, yMin, xMax, yMax]
}

/** Least and greatest of the running sums. */
function extremes(deltas: Int16Array): readonly [number, number] {
  let [least, greatest, sum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0]
  for (const delta of deltas) {
    sum += delta
    least = Math.min(least, sum)
    greatest = Math.max(greatest, sum)
  }
  return [least, greatest]
}

function isSet(bits: Uint8Array | undefined, index: number): boolean {
  return bits !== undefined && ((bits[index >> 3] ?? 0) & (0x80 >> (index & 7))) !== 0
}
