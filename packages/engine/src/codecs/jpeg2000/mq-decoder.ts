/**
 * The MQ arithmetic decoder, in the software conventions of the standard. Bytes behind the end are ones.
 * Source: ISO/IEC 15444-1 annex C (table C.2, figures C.15–C.20)
 */

// biome-ignore format: one row per state: probability, next after the likely and the unlikely symbol, whether these swap
const states: readonly (readonly [qe: number, likely: number, unlikely: number, swaps: 0 | 1])[] = [
  [0x5601, 1, 1, 1], [0x3401, 2, 6, 0], [0x1801, 3, 9, 0], [0x0ac1, 4, 12, 0], [0x0521, 5, 29, 0], [0x0221, 38, 33, 0],
  [0x5601, 7, 6, 1], [0x5401, 8, 14, 0], [0x4801, 9, 14, 0], [0x3801, 10, 14, 0], [0x3001, 11, 17, 0],
  [0x2401, 12, 18, 0], [0x1c01, 13, 20, 0], [0x1601, 29, 21, 0], [0x5601, 15, 14, 1], [0x5401, 16, 14, 0],
  [0x5101, 17, 15, 0], [0x4801, 18, 16, 0], [0x3801, 19, 17, 0], [0x3401, 20, 18, 0], [0x3001, 21, 19, 0],
  [0x2801, 22, 19, 0], [0x2401, 23, 20, 0], [0x2201, 24, 21, 0], [0x1c01, 25, 22, 0], [0x1801, 26, 23, 0],
  [0x1601, 27, 24, 0], [0x1401, 28, 25, 0], [0x1201, 29, 26, 0], [0x1101, 30, 27, 0], [0x0ac1, 31, 28, 0],
  [0x09c1, 32, 29, 0], [0x08a1, 33, 30, 0], [0x0521, 34, 31, 0], [0x0441, 35, 32, 0], [0x02a1, 36, 33, 0],
  [0x0221, 37, 34, 0], [0x0141, 38, 35, 0], [0x0111, 39, 36, 0], [0x0085, 40, 37, 0], [0x0049, 41, 38, 0],
  [0x0025, 42, 39, 0], [0x0015, 43, 40, 0], [0x0009, 44, 41, 0], [0x0005, 45, 42, 0], [0x0001, 45, 43, 0],
  [0x5601, 46, 46, 0],
]

/** Twice the states, the second half with the likely symbol 1: state 2n + symbol. */
const probability = new Uint16Array(states.length * 2)
const afterLikely = new Uint8Array(states.length * 2)
const afterUnlikely = new Uint8Array(states.length * 2)
for (const [index, [qe, likely, unlikely, swaps]] of states.entries()) {
  for (const symbol of [0, 1]) {
    probability[index * 2 + symbol] = qe
    afterLikely[index * 2 + symbol] = likely * 2 + symbol
    afterUnlikely[index * 2 + symbol] = unlikely * 2 + (symbol ^ swaps)
  }
}

export class MqDecoder {
  readonly #contexts: Uint8Array
  #bytes: Uint8Array = new Uint8Array()
  #at = 0
  #code = 0
  #interval = 0
  #left = 0

  /** `contexts` hold states times two; who made them sets them. */
  constructor(contexts: Uint8Array) {
    this.#contexts = contexts
  }

  start(bytes: Uint8Array): void {
    this.#bytes = bytes
    this.#at = 0
    this.#code = (bytes.length > 0 ? (bytes[0] ?? 0) : 0xff) << 16
    this.#fill()
    this.#code <<= 7
    this.#left -= 7
    this.#interval = 0x8000
  }

  decode(context: number): number {
    const state = this.#contexts[context] ?? 0
    const qe = probability[state] ?? 0
    let symbol = state & 1
    let interval = this.#interval - qe
    if (this.#code >>> 16 < qe) {
      // The lower part; which of the two symbols has it depends on the sizes.
      if (interval < qe) this.#contexts[context] = afterLikely[state] ?? 0
      else {
        symbol ^= 1
        this.#contexts[context] = afterUnlikely[state] ?? 0
      }
      interval = qe
    } else {
      this.#code -= qe << 16
      if ((interval & 0x8000) !== 0) {
        this.#interval = interval
        return symbol
      }
      if (interval < qe) {
        symbol ^= 1
        this.#contexts[context] = afterUnlikely[state] ?? 0
      } else this.#contexts[context] = afterLikely[state] ?? 0
    }
    do {
      if (this.#left === 0) this.#fill()
      interval <<= 1
      this.#code <<= 1
      this.#left--
    } while ((interval & 0x8000) === 0)
    this.#interval = interval
    return symbol
  }

  #fill(): void {
    const bytes = this.#bytes
    const next = this.#at + 1 < bytes.length ? (bytes[this.#at + 1] ?? 0) : 0xff
    if (this.#at >= bytes.length || bytes[this.#at] === 0xff) {
      if (next > 0x8f) {
        this.#code += 0xff00
        this.#left = 8
      } else {
        this.#at++
        this.#code += next << 9
        this.#left = 7
      }
    } else {
      this.#at++
      this.#code += next << 8
      this.#left = 8
    }
  }
}
