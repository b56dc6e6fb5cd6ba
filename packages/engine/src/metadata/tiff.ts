/**
 * The TIFF structure that an EXIF block is: byte order, numbers and directories, bounded and silent about damage. A
 * stranger's metadata must never fail a request, allocate much or run long.
 *
 * Source: EXIF 2.32 §4.5 (TIFF structure)
 */

const entryBytes = 12
const maxEntries = 512
/** Of the marker `Exif` and two bytes that are zero, or should be. */
const markBytes = 6

export interface Directory {
  /** Where the entries begin that lie inside the block, at most 512. */
  readonly entries: readonly number[]
  /** Where the pointer to the next directory stands; absent when this one is cut off or too long. */
  readonly next?: number
}

export class Tiff {
  /** From the byte order on: offsets in the structure count from here. */
  readonly bytes: Buffer
  readonly #isLittle: boolean

  private constructor(bytes: Buffer, isLittle: boolean) {
    this.bytes = bytes
    this.#isLittle = isLittle
  }

  /** Views `block`, as files hold it: with or without the `Exif` marker in front. `undefined` for anything else. */
  static in(block: Uint8Array): Tiff | undefined {
    const whole = Buffer.from(block.buffer, block.byteOffset, block.length)
    const bytes = whole.toString('latin1', 0, 4) === 'Exif' ? whole.subarray(markBytes) : whole
    const order = bytes.toString('latin1', 0, 2)
    return bytes.length < 8 || (order !== 'II' && order !== 'MM')
      ? undefined
      : new Tiff(bytes, order === 'II')
  }

  /** The directory of the picture itself. */
  get first(): number {
    return this.u32(4)
  }

  directory(offset: number): Directory {
    // A pointer may be written as a fraction or a negative number.
    if (!Number.isInteger(offset) || offset < 0 || offset + 2 > this.bytes.length) return { entries: [] }
    const count = this.u16(offset)
    const room = Math.floor((this.bytes.length - offset - 2) / entryBytes)
    const entries = Array.from(
      { length: Math.min(count, maxEntries, room) },
      (_, index) => offset + 2 + index * entryBytes,
    )
    const next = offset + 2 + count * entryBytes
    return count > maxEntries || next + 4 > this.bytes.length ? { entries } : { entries, next }
  }

  u16(at: number): number {
    return this.#isLittle ? this.bytes.readUInt16LE(at) : this.bytes.readUInt16BE(at)
  }

  u32(at: number): number {
    return this.#isLittle ? this.bytes.readUInt32LE(at) : this.bytes.readUInt32BE(at)
  }

  i32(at: number): number {
    return this.#isLittle ? this.bytes.readInt32LE(at) : this.bytes.readInt32BE(at)
  }

  writeU16(value: number, at: number): void {
    if (this.#isLittle) this.bytes.writeUInt16LE(value, at)
    else this.bytes.writeUInt16BE(value, at)
  }

  writeU32(value: number, at: number): void {
    if (this.#isLittle) this.bytes.writeUInt32LE(value, at)
    else this.bytes.writeUInt32BE(value, at)
  }
}
