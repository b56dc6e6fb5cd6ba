/**
 * Packets: which passes of which code-blocks a layer adds, and their bytes. Source: ISO/IEC 15444-1 §B.9, §B.10
 */
import { damaged } from '../pixels.ts'
import { blockStyles } from './block-styles.ts'
import { name, type Rect, type Tile } from './codestream.ts'
import { packetsOf } from './progression.ts'
import type { CodeBlock, Precinct, Segment, TileComponent } from './structure.ts'

/** No block has more: three for each of up to 38 planes and a few to spare. */
const maxPasses = 164
const maxMissingPlanes = 64

/** Distributes a tile's bytes among its code-blocks. */
export function readPackets(tile: Tile, rect: Rect, components: readonly TileComponent[]): void {
  const reader = new Reader(
    tile.data.length === 1 ? (tile.data[0] ?? new Uint8Array()) : Buffer.concat(tile.data),
  )
  const { hasStartMarkers, hasEndMarkers } = tile.style
  for (const { component, precinct, layer } of packetsOf(tile, rect, components)) {
    if (layer < precinct.layers) continue
    precinct.layers = layer + 1
    if (hasStartMarkers) reader.skipMarker(0x91, 6)
    const blockStyle = tile.components[component]?.style.blockStyle ?? 0
    const added = readHeader(reader, precinct, layer, blockStyle)
    reader.align()
    if (hasEndMarkers) reader.skipMarker(0x92, 2)
    for (const { segment, length } of added) segment.chunks.push(reader.take(length))
  }
}

interface Added {
  readonly segment: Segment
  readonly length: number
}

function readHeader(
  reader: Reader,
  { bands }: Precinct,
  layer: number,
  blockStyle: number,
): readonly Added[] {
  const added: Added[] = []
  if (reader.bit() === 0) return added
  for (const { blocks, inclusion, missing } of bands) {
    for (const block of blocks) {
      const { column, row } = block
      const isHere = block.isIncluded
        ? reader.bit() === 1
        : inclusion.isBelow(column, row, layer + 1, reader.readBit)
      if (!isHere) continue
      if (!block.isIncluded) {
        block.isIncluded = true
        while (!missing.isBelow(column, row, block.missingPlanes + 1, reader.readBit)) {
          if (++block.missingPlanes > maxMissingPlanes) throw damaged(name, 'has a code-block without planes')
        }
      }
      added.push(...readLengths(reader, block, blockStyle))
    }
  }
  return added
}

/** Passes are cut into segments where the coder was stopped; each has a length of its own. */
function readLengths(reader: Reader, block: CodeBlock, blockStyle: number): readonly Added[] {
  let passes = readPassCount(reader)
  if (block.passes + passes > maxPasses) throw damaged(name, 'has a code-block with too many passes')
  while (reader.bit() === 1) block.lengthBits++
  if (block.lengthBits > 31) throw damaged(name, 'has a code-block that is too long')
  const added: Added[] = []
  while (passes > 0) {
    const segment = openSegment(block, blockStyle)
    const count = Math.min(passes, segment.maxPasses - segment.passes)
    const length = reader.bits(block.lengthBits + Math.floor(Math.log2(count)))
    segment.passes += count
    block.passes += count
    passes -= count
    added.push({ segment, length })
  }
  return added
}

function openSegment(block: CodeBlock, blockStyle: number): Segment {
  const last = block.segments.at(-1)
  if (last !== undefined && last.passes < last.maxPasses) return last
  const segment = { passes: 0, maxPasses: maxPassesAfter(last, blockStyle), chunks: [] }
  block.segments.push(segment)
  return segment
}

/** §D.4.2 and D.6: one pass each, or ten, and then two raw ones and one coded by turns. */
function maxPassesAfter(last: Segment | undefined, blockStyle: number): number {
  if ((blockStyle & blockStyles.terminateAll) !== 0) return 1
  if ((blockStyle & blockStyles.bypass) === 0) return maxPasses
  if (last === undefined) return 10
  return last.maxPasses === 2 ? 1 : 2
}

/** Table B.4. */
function readPassCount(reader: Reader): number {
  if (reader.bit() === 0) return 1
  if (reader.bit() === 0) return 2
  const two = reader.bits(2)
  if (two < 3) return 3 + two
  const five = reader.bits(5)
  return five < 31 ? 6 + five : 37 + reader.bits(7)
}

/** Bits of packet headers, most significant first; behind a byte of ones one bit is stuffed. */
class Reader {
  readonly #bytes: Uint8Array
  #at = 0
  #byte = 0
  #left = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  readonly readBit = (): number => this.bit()

  bit(): number {
    if (this.#left === 0) {
      if (this.#at >= this.#bytes.length) throw damaged(name, 'ends before its last packet')
      this.#left = this.#byte === 0xff ? 7 : 8
      this.#byte = this.#bytes[this.#at++] ?? 0
    }
    this.#left--
    return (this.#byte >> this.#left) & 1
  }

  bits(count: number): number {
    let value = 0
    for (let index = 0; index < count; index++) value = value * 2 + this.bit()
    return value
  }

  align(): void {
    if (this.#byte === 0xff) this.#at++
    this.#byte = 0
    this.#left = 0
  }

  /** Encoders may leave the marker out. */
  skipMarker(code: number, length: number): void {
    if (this.#bytes[this.#at] === 0xff && this.#bytes[this.#at + 1] === code) this.#at += length
  }

  take(length: number): Uint8Array {
    if (this.#at + length > this.#bytes.length) throw damaged(name, 'ends within a packet')
    const bytes = this.#bytes.subarray(this.#at, this.#at + length)
    this.#at += length
    return bytes
  }
}
