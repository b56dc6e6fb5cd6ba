/**
 * Decodes a code-block: bit planes from the most significant down, three passes each.
 *
 * Coefficients have one bit below the point, so that a block that was cut short lands in the middle of what it may
 * mean. Bypass (raw bits), reset contexts, terminated passes and vertically causal contexts are followed.
 * Source: ISO/IEC 15444-1 annex D
 */
import { damaged } from '../pixels.ts'
import { blockStyles } from './block-styles.ts'
import { name } from './codestream.ts'
import { MqDecoder } from './mq-decoder.ts'
import type { CodeBlock } from './structure.ts'

/** Which neighbours are significant, and the signs of the four next ones; then what is known of the sample itself. */
const [ne, se, sw, nw, n, e, s, w] = [1, 2, 4, 8, 16, 32, 64, 128]
const neighbours = 255
const [minusN, minusE, minusS, minusW] = [256, 512, 1024, 2048]
const [significant, refined, visited] = [4096, 8192, 16_384]

const [signContext, refineContext, runContext, uniformContext] = [9, 14, 17, 18]
const contextCount = 19
const maxSide = 1024
const maxArea = 4096
const maxPlanes = 30
/** From this pass on, all but the clean-up passes are raw in bypass mode. */
const firstRawPass = 10

const zeroTables = [0, 1, 2, 3].map(zeroTable)
const [signContexts, signFlips] = signTables()

export class BlockDecoder {
  readonly #contexts = new Uint8Array(contextCount)
  readonly #mq = new MqDecoder(this.#contexts)
  readonly #flags = new Uint16Array((maxSide + 2) * 6 + maxArea * 3)
  /** Signed coefficients times two, row-major; valid up to the next block. */
  readonly values = new Int32Array(maxArea)
  #raw: RawBits | undefined
  #width = 0
  #height = 0
  #stride = 0
  #zeroes: Uint8Array = new Uint8Array(256)
  #isCausal = false

  /** Fills {@link values}; `planes` is the band's number of magnitude bits. */
  decode(block: CodeBlock, planes: number, orientation: number, style: number): void {
    this.#width = block.x1 - block.x0
    this.#height = block.y1 - block.y0
    this.#stride = this.#width + 2
    this.#flags.fill(0, 0, this.#stride * (this.#height + 2))
    this.values.fill(0, 0, this.#width * this.#height)
    this.#zeroes = zeroTables[orientation] ?? this.#zeroes
    this.#isCausal = (style & blockStyles.verticallyCausal) !== 0
    let plane = planes - block.missingPlanes
    if (plane > maxPlanes) throw damaged(name, `has coefficients of ${plane} bit`)
    this.#resetContexts()
    let [pass, kind] = [0, 2]
    for (const segment of block.segments) {
      const bytes =
        segment.chunks.length === 1 ? (segment.chunks[0] ?? new Uint8Array()) : Buffer.concat(segment.chunks)
      const isRaw = (style & blockStyles.bypass) !== 0 && pass >= firstRawPass && kind < 2
      this.#raw = isRaw ? new RawBits(bytes) : undefined
      if (!isRaw) this.#mq.start(bytes)
      for (let count = 0; count < segment.passes; count++, pass++) {
        if (plane < 1) return
        this.#run(kind, plane)
        if (kind === 2 && (style & blockStyles.segmentationSymbols) !== 0) this.#readSymbol()
        if ((style & blockStyles.resetContexts) !== 0) this.#resetContexts()
        kind = (kind + 1) % 3
        if (kind === 0) plane--
      }
    }
  }

  #run(kind: number, plane: number): void {
    if (kind === 0) this.#propagate(plane)
    else if (kind === 1) this.#refine(plane)
    else this.#cleanUp(plane)
  }

  #resetContexts(): void {
    this.#contexts.fill(0)
    this.#contexts[0] = 4 * 2
    this.#contexts[runContext] = 3 * 2
    this.#contexts[uniformContext] = 46 * 2
  }

  #readSymbol(): void {
    for (let bit = 0; bit < 4; bit++) this.#mq.decode(uniformContext)
  }

  /** Samples that are still zero and have a significant neighbour. */
  #propagate(plane: number): void {
    const [flags, zeroes, mq, raw] = [this.#flags, this.#zeroes, this.#mq, this.#raw]
    for (let top = 0; top < this.#height; top += 4) {
      const bottom = Math.min(top + 4, this.#height)
      for (let x = 0; x < this.#width; x++) {
        for (let y = top; y < bottom; y++) {
          const at = (y + 1) * this.#stride + x + 1
          const flag = this.#seen(at, y, top)
          if ((flag & neighbours) === 0 || (flag & (significant | visited)) !== 0) continue
          const bit = raw === undefined ? mq.decode(zeroes[flag & neighbours] ?? 0) : raw.bit()
          if (bit === 1) this.#becomeSignificant(at, x, y, flag, plane)
          flags[at] = (flags[at] ?? 0) | visited
        }
      }
    }
  }

  /** One more bit of what was significant before this plane. */
  #refine(plane: number): void {
    const [flags, values, mq, raw] = [this.#flags, this.values, this.#mq, this.#raw]
    const half = 1 << (plane - 1)
    for (let top = 0; top < this.#height; top += 4) {
      const bottom = Math.min(top + 4, this.#height)
      for (let x = 0; x < this.#width; x++) {
        for (let y = top; y < bottom; y++) {
          const at = (y + 1) * this.#stride + x + 1
          const flag = flags[at] ?? 0
          if ((flag & (significant | visited)) !== significant) continue
          const context = (flag & refined) !== 0 ? 2 : (this.#seen(at, y, top) & neighbours) !== 0 ? 1 : 0
          const bit = raw === undefined ? mq.decode(refineContext + context) : raw.bit()
          const to = y * this.#width + x
          const value = values[to] ?? 0
          values[to] = value + ((bit === 1) === value > 0 ? half : -half)
          flags[at] = flag | refined
        }
      }
    }
  }

  /** The rest; columns of four without any neighbour may be skipped by one symbol. */
  #cleanUp(plane: number): void {
    const [flags, zeroes, mq] = [this.#flags, this.#zeroes, this.#mq]
    const done = significant | visited
    for (let top = 0; top < this.#height; top += 4) {
      const bottom = Math.min(top + 4, this.#height)
      for (let x = 0; x < this.#width; x++) {
        let [y, isFound] = [top, false]
        if (bottom - top === 4 && this.#isBlank(top, x)) {
          if (mq.decode(runContext) === 0) continue
          y += mq.decode(uniformContext) * 2 + mq.decode(uniformContext)
          isFound = true
        }
        for (; y < bottom; y++) {
          const at = (y + 1) * this.#stride + x + 1
          if (isFound || ((flags[at] ?? 0) & done) === 0) {
            const flag = this.#seen(at, y, top)
            if (isFound || mq.decode(zeroes[flag & neighbours] ?? 0) === 1) {
              this.#becomeSignificant(at, x, y, flag, plane)
            }
            isFound = false
          }
          flags[at] = (flags[at] ?? 0) & ~visited
        }
      }
    }
  }

  /** The flags of a sample; in causal mode without what lies in the stripe below. */
  #seen(at: number, y: number, top: number): number {
    const flag = this.#flags[at] ?? 0
    return this.#isCausal && y === top + 3 ? flag & ~(s | se | sw | minusS) : flag
  }

  #isBlank(top: number, x: number): boolean {
    const any = neighbours | significant | visited
    for (let y = top; y < top + 4; y++) {
      if ((this.#seen((y + 1) * this.#stride + x + 1, y, top) & any) !== 0) return false
    }
    return true
  }

  #becomeSignificant(at: number, x: number, y: number, flag: number, plane: number): void {
    const index = (flag >> 4) & 255
    const isMinus =
      this.#raw === undefined
        ? (this.#mq.decode(signContexts[index] ?? 0) ^ (signFlips[index] ?? 0)) === 1
        : this.#raw.bit() === 1
    const value = (1 << plane) | (1 << (plane - 1))
    this.values[y * this.#width + x] = isMinus ? -value : value
    const [flags, stride] = [this.#flags, this.#stride]
    const mark = (to: number, bits: number) => {
      flags[to] = (flags[to] ?? 0) | bits
    }
    mark(at - stride - 1, se)
    mark(at - stride, isMinus ? s | minusS : s)
    mark(at - stride + 1, sw)
    mark(at - 1, isMinus ? e | minusE : e)
    mark(at, significant)
    mark(at + 1, isMinus ? w | minusW : w)
    mark(at + stride - 1, ne)
    mark(at + stride, isMinus ? n | minusN : n)
    mark(at + stride + 1, nw)
  }
}

/** Bits as they are; behind a byte of ones one bit is stuffed. Zeros behind the end. */
class RawBits {
  readonly #bytes: Uint8Array
  #at = 0
  #byte = 0
  #left = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  bit(): number {
    if (this.#left === 0) {
      this.#left = this.#byte === 0xff ? 7 : 8
      this.#byte = this.#bytes[this.#at++] ?? 0
    }
    this.#left--
    return (this.#byte >> this.#left) & 1
  }
}

/** Table D.1: contexts of samples that are zero so far, by their neighbours. */
function zeroTable(orientation: number): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, flag) => {
    const count = (...bits: readonly number[]) => bits.filter((bit) => (flag & bit) !== 0).length
    const diagonal = count(ne, se, sw, nw)
    const [across, along] = orientation === 1 ? [count(n, s), count(e, w)] : [count(e, w), count(n, s)]
    if (orientation === 3) {
      const straight = across + along
      if (diagonal >= 3) return 8
      if (diagonal === 2) return straight >= 1 ? 7 : 6
      if (diagonal === 1) return 3 + Math.min(straight, 2)
      return Math.min(straight, 2)
    }
    if (across === 2) return 8
    if (across === 1) return along >= 1 ? 7 : diagonal >= 1 ? 6 : 5
    if (along > 0) return 2 + along
    return Math.min(diagonal, 2)
  })
}

/** Tables D.2 and D.3: context of a sign and whether it is turned, by the flags from `n` to `minusW`. */
function signTables(): readonly [Uint8Array, Uint8Array] {
  const contexts = new Uint8Array(256)
  const flips = new Uint8Array(256)
  for (let index = 0; index < 256; index++) {
    const flag = index << 4
    const sign = (here: number, minus: number) => ((flag & here) === 0 ? 0 : (flag & minus) === 0 ? 1 : -1)
    const across = Math.max(-1, Math.min(1, sign(e, minusE) + sign(w, minusW)))
    const along = Math.max(-1, Math.min(1, sign(n, minusN) + sign(s, minusS)))
    const isFlipped = across < 0 || (across === 0 && along < 0)
    const offset = across === 0 ? Math.abs(along) : 3 + across * along
    contexts[index] = signContext + offset
    flips[index] = isFlipped ? 1 : 0
  }
  return [contexts, flips]
}
