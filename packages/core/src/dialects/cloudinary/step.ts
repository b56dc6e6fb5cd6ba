/** One step of a URL, `k_v` pairs joined by commas, read parameter by parameter so that none is overlooked. */
import { type Problem, problem } from '../../problem/index.ts'
import { clip, quote } from '../quote.ts'
import { type Key, keyOf, supportedKeys } from './keys.ts'

interface Entry {
  readonly value: string
  isRead: boolean
}

export class Step {
  readonly #entries = new Map<string, Entry>()

  /** @throws Problem `request/malformed`, `request/unknown-parameter`, `request/invalid-parameter` */
  constructor(text: string) {
    for (const part of text.split(',')) {
      const key = keyOf(part)
      if (key === '')
        throw problem('request/malformed', { detail: `Invalid transformation component ${quote(part)}.` })
      if (!supportedKeys.some((known) => known === key)) throw unknown(part, key)
      const value = part.slice(key.length + 1)
      const before = this.#entries.get(key)
      // Flags are the one parameter that may be repeated; they are a list joined by dots anyway.
      if (before !== undefined && key !== 'fl') {
        throw problem('request/invalid-parameter', {
          detail: `${quote(key)} stands twice in ${quote(text)}; write two steps.`,
          members: { parameter: key },
        })
      }
      this.#entries.set(key, {
        value: before === undefined ? value : `${before.value}.${value}`,
        isRead: false,
      })
    }
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
    return form.test(this.#entries.get(key)?.value ?? '')
  }

  /** The flags, without ticking them off. */
  flags(): readonly string[] {
    return (this.#entries.get('fl')?.value ?? '').split('.')
  }

  /** The value, ticked off. */
  text(key: Key): string | undefined {
    const entry = this.#entries.get(key)
    if (entry !== undefined) entry.isRead = true
    return entry?.value
  }

  /** A decimal number within a range, ticked off. */
  number(key: Key, range: { readonly min: number; readonly max: number }): number | undefined {
    const value = this.text(key)
    return value === undefined ? undefined : this.numberIn(key, value, range)
  }

  numberIn(key: Key, text: string, { min, max }: { readonly min: number; readonly max: number }): number {
    const number = readNumber(text)
    if (number === undefined || number < min || number > max)
      throw this.invalid(key, `must be a number from ${min} to ${max}`)
    return number
  }

  /** Complaint about the value of a parameter; `rule` completes the sentence "`w` …". */
  invalid(key: Key, rule: string): Problem {
    const entry = this.#entries.get(key)
    const shown = entry === undefined ? '' : `; the value is ${quote(entry.value)}`
    return problem('request/invalid-parameter', {
      detail: `Invalid ${key} in transformation: it ${rule}${shown}.`,
      members: { parameter: key },
    })
  }

  /** @throws Problem `request/invalid-parameter` for the first parameter that had no effect in this step */
  finish(): void {
    for (const [key, { value, isRead }] of this.#entries) {
      if (isRead) continue
      throw problem('request/invalid-parameter', {
        detail: `Invalid ${key} in transformation: ${quote(`${key}_${value}`)} has no effect in this step.`,
        members: { parameter: key },
      })
    }
  }
}

/** The value of a key that only one of the steps may have. */
export function once<T>(
  steps: readonly Step[],
  key: Key,
  read: (step: Step) => T | undefined,
): T | undefined {
  const [first, second] = [...new Set(steps)].filter((step) => step.has(key))
  if (second !== undefined) throw second.invalid(key, 'stands in two steps of one layer')
  return first === undefined ? undefined : read(first)
}

/** Decimal digits with a sign and a fraction; `undefined` for anything else. */
export function readNumber(text: string): number | undefined {
  return text.length <= 16 && /^-?(?:\d+(?:\.\d*)?|\.\d+)$/.test(text) ? Number(text) : undefined
}

function unknown(part: string, key: string): Problem {
  return problem('request/unknown-parameter', {
    detail: `Invalid transformation parameter ${quote(part)}: ${quote(key)} is not supported.`,
    members: { parameter: clip(key) },
  })
}
