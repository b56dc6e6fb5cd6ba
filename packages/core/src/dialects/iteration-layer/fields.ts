/**
 * Reads the members of one operation: every complaint names the operation's place and type, as the whole request
 * fails with the first of them. What an operation does not know is left alone, as the vendor's contract says.
 */
import { readColor } from '../../geometry/color.ts'
import { type Problem, problem } from '../../problem/index.ts'
import { quote } from '../quote.ts'

/** Where an operation stands and what it calls itself. */
export interface OperationPlace {
  readonly index: number
  readonly type: string
}

interface NumberRule {
  /** Below it the value is refused … */
  readonly min?: number
  /** … and at `above` too. */
  readonly above?: number
  readonly max?: number
  readonly isWhole?: boolean
}

export class Fields {
  readonly place: OperationPlace
  readonly #members: Readonly<Record<string, unknown>>

  constructor(members: Readonly<Record<string, unknown>>, place: OperationPlace) {
    this.#members = members
    this.place = place
  }

  /** A required number; `others` are further names of it. @throws Problem `pipeline/invalid` */
  number(name: string, rule: NumberRule, others: readonly string[] = []): number {
    const value = this.optionalNumber(name, rule, others)
    if (value === undefined) throw this.invalid(name, 'is required')
    return value
  }

  /** A number, or `undefined` when it is absent or null. @throws Problem `pipeline/invalid` */
  optionalNumber(name: string, rule: NumberRule, others: readonly string[] = []): number | undefined {
    const value = this.#value(name, others)
    if (value === undefined) return undefined
    const isNumber = typeof value === 'number' && Number.isFinite(value)
    const { min = Number.NEGATIVE_INFINITY, above = Number.NEGATIVE_INFINITY, max = Infinity } = rule
    const isWhole = rule.isWhole !== true || Number.isInteger(value)
    if (isNumber && isWhole && value >= min && value > above && value <= max) return value
    throw this.invalid(name, `must be ${wordsFor(rule)}, not ${quote(value)}`)
  }

  /** Whole pixels; the vendor's prose writes them without `_in_px`. */
  pixels(side: string, rule: { readonly min: number }): number {
    return this.number(`${side}_in_px`, { ...rule, max: mostPixels, isWhole: true }, [side])
  }

  flag(name: string): boolean {
    const value = this.#value(name)
    if (typeof value === 'boolean') return value
    throw this.invalid(
      name,
      value === undefined ? 'is required' : `must be true or false, not ${quote(value)}`,
    )
  }

  oneOf<const T extends string>(name: string, words: readonly T[]): T {
    const value = this.#value(name)
    const word = words.find((known) => known === value)
    if (word !== undefined) return word
    const what = value === undefined ? 'is required:' : 'must be'
    const not = value === undefined ? '' : `, not ${quote(value)}`
    throw this.invalid(name, `${what} one of ${words.join(', ')}${not}`)
  }

  /** `#RRGGBB`. @throws Problem `operation/impossible` for another text: the vendor answers 422 there */
  color(name: string): string {
    const value = this.optionalColor(name)
    if (value === undefined) throw this.invalid(name, 'is required')
    return value
  }

  /** The same, where clients that have nothing to say may leave it out or send an empty text. */
  optionalColor(name: string): string | undefined {
    const value = this.#value(name)
    if (value === undefined || value === '') return undefined
    if (typeof value !== 'string') throw this.invalid(name, `must be a text, not ${quote(value)}`)
    const color = /^#[0-9a-f]{6}$/i.test(value) ? readColor(value) : undefined
    if (color === undefined) throw this.impossible(`${name} must be a colour #RRGGBB, not ${quote(value)}`)
    return color
  }

  invalid(name: string, what: string): Problem {
    return this.#problem('pipeline/invalid', `${name} ${what}`, name)
  }

  impossible(what: string): Problem {
    return this.#problem('operation/impossible', what)
  }

  #problem(code: 'pipeline/invalid' | 'operation/impossible', what: string, parameter?: string): Problem {
    const { index, type } = this.place
    return problem(code, {
      detail: `Operation ${index} (${type}): ${what}.`,
      members: { index, operation: type, ...(parameter === undefined ? {} : { parameter }) },
    })
  }

  /** `null` is what several clients send for nothing. */
  #value(name: string, others: readonly string[] = []): unknown {
    const given = [name, ...others].filter((each) => this.#own(each) !== undefined)
    const [first, second] = given
    if (first === undefined) return undefined
    if (second !== undefined && this.#own(second) !== this.#own(first))
      throw this.invalid(first, `and ${second} are the same thing with two values`)
    return this.#own(first)
  }

  #own(name: string): unknown {
    const value = Object.hasOwn(this.#members, name) ? this.#members[name] : undefined
    return value === null ? undefined : value
  }
}

/** Beyond any picture; the limits in force refuse less. */
const mostPixels = 1_000_000

function wordsFor({ min, above, max, isWhole }: NumberRule): string {
  const kind = isWhole === true ? 'a whole number' : 'a number'
  if (above !== undefined) return `${kind} above ${above}`
  if (min !== undefined && max !== undefined) return `${kind} of ${min} to ${max}`
  return min === undefined ? kind : `${kind} of at least ${min}`
}
