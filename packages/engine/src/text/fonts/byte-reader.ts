/** Reads big-endian numbers one after another; the number forms are WOFF2's. Source: W3C WOFF 2.0 §4.1, §4.2 */
export class ByteReader {
  readonly #view: DataView
  #at = 0

  /** Reads `bytes` from its beginning; throws RangeError behind its end. */
  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  u8(): number {
    return this.#view.getUint8(this.#at++)
  }

  u16(): number {
    this.#at += 2
    return this.#view.getUint16(this.#at - 2)
  }

  i16(): number {
    this.#at += 2
    return this.#view.getInt16(this.#at - 2)
  }

  u32(): number {
    this.#at += 4
    return this.#view.getUint32(this.#at - 4)
  }

  /** The next bytes, not copied. */
  take(length: number): Uint8Array {
    this.#at += length
    if (length < 0 || this.#at > this.#view.byteLength) throw new RangeError('read behind the end')
    return new Uint8Array(this.#view.buffer, this.#view.byteOffset + this.#at - length, length)
  }

  /** Seven bits a byte, most significant first; at most five bytes. */
  base128(): number {
    let value = 0
    for (let count = 0; count < 5; count++) {
      const byte = this.u8()
      value = value * 128 + (byte & 127)
      if (byte < 128) return value
    }
    throw new RangeError('a number of more than five bytes')
  }

  /** One byte up to 252, two or three above. */
  short255(): number {
    const code = this.u8()
    if (code === 253) return this.u16()
    if (code === 255) return this.u8() + 253
    if (code === 254) return this.u8() + 506
    return code
  }
}
