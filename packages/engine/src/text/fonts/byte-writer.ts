/** Bytes that grow as big-endian numbers are written behind each other. */
export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>
  #view: DataView
  length = 0

  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity)
    this.#view = new DataView(this.#bytes.buffer)
  }

  u8(value: number): void {
    this.#reserve(1)
    this.#bytes[this.length++] = value
  }

  /** Two bytes, signed or not. */
  u16(value: number): void {
    this.#reserve(2)
    this.#view.setUint16(this.length, value)
    this.length += 2
  }

  bytes(values: Uint8Array): void {
    this.#reserve(values.length)
    this.#bytes.set(values, this.length)
    this.length += values.length
  }

  /** Zeroes up to the next multiple of four. */
  pad(): void {
    this.#reserve(3)
    this.length = (this.length + 3) & ~3
  }

  /** What was written, not copied. */
  done(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.length)
  }

  #reserve(count: number): void {
    if (this.length + count <= this.#bytes.length) return
    const larger = new Uint8Array(2 * (this.#bytes.length + count))
    larger.set(this.#bytes)
    this.#bytes = larger
    this.#view = new DataView(larger.buffer)
  }
}
