/**
 * Typed values of merged parameters. The vendor publishes few ranges: a number beyond ours is brought to its ends, a
 * text that means nothing is an error that says what would.
 */
import { colorNames } from '../../geometry/color-names.ts'
import { readColor } from '../../geometry/index.ts'
import { type Problem, problem } from '../../problem/index.ts'
import { quote } from '../quote.ts'
import { readNumber } from '../step-parameters.ts'
import type { Layer } from './layers.ts'
import type { Name } from './names.ts'

export interface Range {
  readonly min: number
  readonly max: number
}

/** Largest side that is read, px; the limits in force decide below it. */
export const maxSide = 1_000_000

export class CloudimageParameters {
  readonly #values: Layer

  constructor(values: Layer) {
    this.#values = values
  }

  has(name: Name): boolean {
    return this.#values.has(name)
  }

  text(name: Name): string | undefined {
    return this.#values.get(name)
  }

  /** Brought into the range. */
  number(name: Name, { min, max }: Range): number | undefined {
    const text = this.#values.get(name)
    if (text === undefined) return undefined
    const value = readNumber(text)
    if (value === undefined) throw this.invalid(name, 'must be a number')
    return Math.min(max, Math.max(min, value))
  }

  /** Pixels, rounded half up; at least 1. */
  pixels(name: Name): number | undefined {
    const value = this.number(name, { min: 0, max: maxSide })
    if (value === undefined) return undefined
    if (value === 0) throw this.invalid(name, 'must be above 0')
    return Math.max(1, Math.floor(value + 0.5))
  }

  flag(name: Name): boolean {
    const text = this.#values.get(name)
    if (text === undefined || text === '0' || text === 'false') return false
    if (text === '1' || text === 'true') return true
    throw this.invalid(name, 'must be 1 or 0')
  }

  oneOf<const T extends string>(name: Name, values: readonly T[]): T | undefined {
    const text = this.#values.get(name)
    if (text === undefined) return undefined
    const known = values.find((value) => value === text)
    if (known === undefined) throw this.invalid(name, `must be one of ${values.join(', ')}`)
    return known
  }

  /** Hex digits without `#`, or a name; canonical `#rrggbbaa`. */
  color(name: Name): string | undefined {
    const text = this.#values.get(name)
    return text === undefined ? undefined : this.colorIn(name, text)
  }

  /** A colour that is part of a value. */
  colorIn(name: Name, text: string): string {
    const word = text.trim().toLowerCase()
    const color = colorNames.get(word) ?? readColor(word.startsWith('#') ? word : `#${word}`)
    if (color === undefined)
      throw this.invalid(name, 'must be a colour: hex digits such as fff or 1b2a6b, or a name')
    return color
  }

  invalid(name: Name, rule: string): Problem {
    return problem('request/invalid-parameter', {
      detail: `Parameter ${quote(name)} ${rule}; the value is ${quote(this.#values.get(name) ?? '')}.`,
      members: { parameter: name },
    })
  }
}
