/**
 * The one thing in a JPEG XL header that libvips does not tell: whether colours were multiplied by alpha.
 * Source: ISO/IEC 18181-1:2024 annex D (image header), ISO/IEC 18181-2 §9 (boxes)
 */

type Choice = readonly [constant: number, bits: number]

const boxHeadBytes = 8
const maxBoxes = 1_000

/** Bounded; `false` for everything it cannot read. */
export function hasPremultipliedAlpha(file: Uint8Array): boolean {
  const codestream = codestreamOf(file)
  if (codestream === undefined) return false
  const bits = new Bits(codestream.subarray(2))
  skipSize(bits)
  if (bits.flag()) return false
  if (bits.flag()) skipExtraFields(bits)
  skipBitDepth(bits)
  bits.flag()
  const channels = bits.choose([0, 0], [1, 0], [2, 4], [1, 12])
  for (let channel = 0; channel < channels && !bits.isAtEnd(); channel++) {
    if (bits.flag()) continue
    const kind = bits.choose([0, 0], [1, 0], [2, 4], [18, 6])
    skipBitDepth(bits)
    bits.choose([0, 0], [3, 0], [4, 0], [1, 3])
    bits.skip(8 * bits.choose([0, 0], [0, 4], [16, 5], [48, 10]))
    if (kind === 0) return bits.flag()
    // Spot colours and the like carry values of their own, which we do not follow.
    if (kind === 2 || kind === 5) return false
  }
  return false
}

/** Least significant bit first; zeros behind the end. */
class Bits {
  readonly bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  isAtEnd(): boolean {
    return this.#at >= this.bytes.length * 8
  }

  read(count: number): number {
    let value = 0
    for (let bit = 0; bit < count; bit++, this.#at++) {
      value += (((this.bytes[this.#at >> 3] ?? 0) >> (this.#at & 7)) & 1) * 2 ** bit
    }
    return value
  }

  skip(count: number): void {
    this.#at += count
  }

  flag(): boolean {
    return this.read(1) === 1
  }

  /** The standard's U32: two bits choose one of four ways. */
  choose(...choices: readonly [Choice, Choice, Choice, Choice]): number {
    const [constant, count] = choices[this.read(2)] ?? choices[0]
    return constant + this.read(count)
  }
}

function codestreamOf(file: Uint8Array): Uint8Array | undefined {
  if (file[0] === 0xff && file[1] === 0x0a) return file
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  let at = 0
  for (let box = 0; box < maxBoxes && at + 2 * boxHeadBytes <= file.length; box++) {
    const type = String.fromCharCode(...file.subarray(at + 4, at + 8))
    const size = view.getUint32(at)
    const isLong = size === 1
    const body = at + boxHeadBytes + (isLong ? 8 : 0)
    if (type === 'jxlc') return file.subarray(body)
    if (type === 'jxlp') return file.subarray(body + 4)
    if (!isLong && size < boxHeadBytes) return undefined
    at += isLong ? Number(view.getBigUint64(at + boxHeadBytes)) : size
  }
  return undefined
}

function skipSize(bits: Bits): void {
  const isSmall = bits.flag()
  const side = () => (isSmall ? bits.read(5) : bits.choose([0, 9], [0, 13], [0, 18], [0, 30]))
  side()
  if (bits.read(3) === 0) side()
}

function skipBitDepth(bits: Bits): void {
  const isFloat = bits.flag()
  bits.choose([8, 0], [10, 0], [12, 0], [1, 6])
  if (isFloat) bits.read(4)
}

function skipExtraFields(bits: Bits): void {
  bits.read(3)
  if (bits.flag()) skipSize(bits)
  if (bits.flag()) skipPreview(bits)
  if (!bits.flag()) return
  bits.choose([100, 0], [1000, 0], [1, 10], [1, 30])
  bits.choose([1, 0], [1001, 0], [1, 8], [1, 10])
  bits.choose([0, 0], [0, 3], [0, 16], [0, 32])
  bits.flag()
}

function skipPreview(bits: Bits): void {
  const isInEights = bits.flag()
  const side = () =>
    isInEights
      ? bits.choose([16, 0], [32, 0], [1, 5], [33, 9])
      : bits.choose([1, 6], [65, 8], [321, 10], [1345, 12])
  side()
  if (bits.read(3) === 0) side()
}
