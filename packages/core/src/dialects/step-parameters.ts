/**
 * The parameters of one step of a transformation: each is ticked off when it is read, so that none is overlooked.
 *
 * A step is a handful of keys with texts; how a URL writes them is the dialect's knowledge.
 */
import { type Problem, problem } from '../problem/index.ts'
import { quote } from './quote.ts'

interface Entry {
  readonly value: string
  isRead: boolean
}

interface NumberRange {
  readonly min: number
  readonly max: number
}

export class StepParameters<Key extends string> {
  readonly #entries = new Map<Key, Entry>()
  /** Between key and value, to show a parameter as it was written. */
  readonly #joint: string

  constructor(entries: Iterable<readonly [Key, string]>, joint: string) {
    this.#joint = joint
    for (const [key, value] of entries) this.#entries.set(key, { value, isRead: false })
  }

  has(key: Key): boolean {
    return this.#entries.has(key)
  }

  /** Whether the step says this and nothing else. */
  isOnly(key: Key): boolean {
    return this.#entries.size === 1 && this.has(key)
  }

  /** Whether the value has a form, without ticking it off. */
  isAbout(key: Key, form: RegExp): boolean {
    return form.test(this.glance(key) ?? '')
  }

  /** The value, without ticking it off. */
  glance(key: Key): string | undefined {
    return this.#entries.get(key)?.value
  }

  /** The value, ticked off. */
  text(key: Key): string | undefined {
    const entry = this.#entries.get(key)
    if (entry !== undefined) entry.isRead = true
    return entry?.value
  }

  /** A decimal number within a range, ticked off. */
  number(key: Key, range: NumberRange): number | undefined {
    const value = this.text(key)
    return value === undefined ? undefined : this.numberIn(key, value, range)
  }

  numberIn(key: Key, text: string, { min, max }: NumberRange): number {
    const number = readNumber(text)
    if (number === undefined || number < min || number > max)
      throw this.invalid(key, `must be a number from ${min} to ${max}`)
    return number
  }

  /** One of the names in a list, ticked off. */
  oneOf<const T extends string>(key: Key, names: readonly T[]): T | undefined {
    const text = this.text(key)
    if (text === undefined) return undefined
    const name = names.find((known) => known === text)
    if (name === undefined) throw this.invalid(key, `must be one of ${names.join(', ')}`)
    return name
  }

  /** Complaint about the value of a parameter; `rule` completes the sentence "`w` …". */
  invalid(key: Key, rule: string): Problem {
    const value = this.glance(key)
    const shown = value === undefined ? '' : `; the value is ${quote(value)}`
    return problem('request/invalid-parameter', {
      detail: `Invalid ${key} in transformation: it ${rule}${shown}.`,
      members: { parameter: key },
    })
  }

  /** @throws Problem `request/invalid-parameter` for the first parameter that had no effect in this step */
  finish(): void {
    for (const [key, { value, isRead }] of this.#entries) {
      if (isRead) continue
      const written = value === '' ? key : `${key}${this.#joint}${value}`
      throw problem('request/invalid-parameter', {
        detail: `Invalid ${key} in transformation: ${quote(written)} has no effect in this step.`,
        members: { parameter: key },
      })
    }
  }
}

/** Decimal digits with a sign and a fraction; `undefined` for anything else. */
export function readNumber(text: string): number | undefined {
  return text.length <= 16 && /^-?(?:\d+(?:\.\d*)?|\.\d+)$/.test(text) ? Number(text) : undefined
}

/** `0.5` as operations write it: `50%`, to four decimals. */
export function percent(share: number): string {
  return `${Math.round(share * 1_000_000) / 10_000}%`
}
