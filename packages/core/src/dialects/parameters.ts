/**
 * Reads a raw query string into typed values, once, without a schema library: this runs for every image request.
 *
 * Names and values are percent-decoded exactly once (`+` is a space, as forms write it). Duplicates, unknown names
 * and bad encodings are Problems: a parameter is never guessed at or silently dropped. Every value that is read is
 * ticked off, so `finish` can name one nobody asked for. Linear in the length of the query; throws only Problem.
 */
import { nearest, type Problem, type ProblemMember, problem } from '../problem/index.ts'
import { clip, quote } from './quote.ts'

/** More is refused before anything is decoded. */
export const maxParameters = 64

export interface Range {
  readonly min: number
  readonly max: number
}

interface Entry {
  readonly value: string
  /** Preset the value came from; absent when the URL says it. */
  readonly preset?: string
  read: boolean
}

/** A preset's parameters as stored: the dialect's own names, plain values. `null` means absent. */
export type ParameterRecord = Readonly<Record<string, string | number | boolean | null>>

export class Parameters {
  /** A Map, not an object: `__proto__` is a name like any other. */
  readonly #entries = new Map<string, Entry>()

  /** @throws Problem `request/too-many-parameters`, `request/malformed`, `request/invalid-parameter` (twice the same name) */
  static parse(query: string): Parameters {
    const parameters = new Parameters()
    let count = 0
    for (let start = 0; start < query.length; ) {
      const ampersand = query.indexOf('&', start)
      const end = ampersand < 0 ? query.length : ampersand
      if (end > start) {
        if (++count > maxParameters) {
          throw problem('request/too-many-parameters', {
            detail: `A URL may have at most ${maxParameters} parameters.`,
            members: { maximum: maxParameters },
          })
        }
        parameters.#add(query.slice(start, end))
      }
      start = end + 1
    }
    return parameters
  }

  /** Adds what a preset says and the URL does not: explicit parameters win. */
  fillFrom(record: ParameterRecord, preset: string): void {
    for (const [name, value] of Object.entries(record)) {
      if (value === null || this.#entries.has(name)) continue
      this.#entries.set(name, { value: String(value), preset, read: false })
    }
  }

  isFromPreset(name: string): boolean {
    return this.#entries.get(name)?.preset !== undefined
  }

  /** Whether anything is left that nobody has read. */
  hasUnread(): boolean {
    for (const entry of this.#entries.values()) if (!entry.read) return true
    return false
  }

  /** Text of a parameter, ticked off; `undefined` when absent. A bare `name` reads as the empty string. */
  text(name: string): string | undefined {
    const entry = this.#entries.get(name)
    if (entry === undefined) return undefined
    entry.read = true
    return entry.value
  }

  /** Names starting with `prefix`, ticked off, with their values. */
  withPrefix(prefix: string): readonly (readonly [name: string, value: string])[] {
    const found: (readonly [string, string])[] = []
    for (const [name, entry] of this.#entries) {
      if (!name.startsWith(prefix)) continue
      entry.read = true
      found.push([name, entry.value])
    }
    return found
  }

  /** A whole number in decimal digits. */
  integer(name: string, range: Range): number | undefined {
    const value = this.text(name)
    if (value === undefined) return undefined
    const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN
    if (!(number >= range.min && number <= range.max)) {
      throw this.invalid(name, `must be a whole number from ${range.min} to ${range.max}`, {
        minimum: range.min,
        maximum: range.max,
      })
    }
    return number
  }

  /** A decimal number without exponent. */
  number(name: string, range: Range): number | undefined {
    const value = this.text(name)
    if (value === undefined) return undefined
    const number = value.length <= 24 && /^(\d+(\.\d*)?|\.\d+)$/.test(value) ? Number(value) : Number.NaN
    if (!(number >= range.min && number <= range.max)) {
      throw this.invalid(name, `must be a number from ${range.min} to ${range.max}`, {
        minimum: range.min,
        maximum: range.max,
      })
    }
    return number
  }

  oneOf<const T extends string>(name: string, values: readonly T[]): T | undefined {
    const value = this.text(name)
    if (value === undefined) return undefined
    const known = values.find((candidate) => candidate === value)
    if (known === undefined)
      throw this.invalid(name, `must be one of ${values.join(', ')}`, { allowed: values })
    return known
  }

  boolean(name: string): boolean | undefined {
    const value = this.oneOf(name, ['true', 'false'])
    return value === undefined ? undefined : value === 'true'
  }

  /** Text that fits a pattern; `rule` completes the sentence "`name` must be …". The pattern must run in linear time. */
  matching(name: string, pattern: RegExp, rule: string): string | undefined {
    const value = this.text(name)
    if (value !== undefined && !pattern.test(value)) throw this.invalid(name, rule)
    return value
  }

  /** Problem that names the parameter, the rule it breaks and its value. */
  invalid(name: string, rule: string, members: Readonly<Record<string, ProblemMember>> = {}): Problem {
    const entry = this.#entries.get(name)
    const origin = entry?.preset === undefined ? '' : ` (from preset "${entry.preset}")`
    const shown = entry === undefined ? '' : `; the value is ${quote(entry.value)}${origin}`
    return problem('request/invalid-parameter', {
      detail: `Parameter ${quote(name)} ${rule}${shown}.`,
      members: {
        parameter: clip(name),
        ...(entry?.preset === undefined ? {} : { preset: entry.preset }),
        ...members,
      },
    })
  }

  /**
   * Refuses the first name nobody read, with the nearest known one.
   * @param hints words of other services and what this dialect calls them
   * @throws Problem `request/unknown-parameter`
   */
  finish(known: readonly string[], hints: ReadonlyMap<string, string> = new Map()): void {
    for (const [name, entry] of this.#entries) {
      if (entry.read) continue
      const near = nearest(name, [...known, ...hints.keys()])
      const suggestion = near === undefined ? undefined : (hints.get(near) ?? near)
      const origin = entry.preset === undefined ? '' : ` (from preset "${entry.preset}")`
      throw problem('request/unknown-parameter', {
        detail: `There is no parameter ${quote(name)}${origin}. ${
          suggestion === undefined ? `Known ones: ${known.join(', ')}.` : `Did you mean "${suggestion}"?`
        }`,
        members: {
          parameter: clip(name),
          ...(suggestion === undefined ? {} : { suggestion }),
          ...(entry.preset === undefined ? {} : { preset: entry.preset }),
        },
      })
    }
  }

  #add(piece: string): void {
    const equals = piece.indexOf('=')
    const name = decodeQueryText(equals < 0 ? piece : piece.slice(0, equals))
    const value = equals < 0 ? '' : decodeQueryText(piece.slice(equals + 1))
    if (this.#entries.has(name)) {
      throw problem('request/invalid-parameter', {
        detail: `Parameter ${quote(name)} is given twice; each may stand once.`,
        members: { parameter: clip(name) },
      })
    }
    this.#entries.set(name, { value, read: false })
  }
}

/** Characters that may not stand raw in a request target (RFC 3986 §2): blanks, controls, anything beyond ASCII. */
const notRaw = /[^\x21-\x7e]/

function decodeQueryText(text: string): string {
  if (notRaw.test(text)) {
    throw problem('request/malformed', {
      detail: `The query has characters that must be percent-encoded: ${quote(text)}.`,
    })
  }
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text
  if (!spaced.includes('%')) return spaced
  try {
    return decodeURIComponent(spaced)
  } catch {
    throw problem('request/malformed', {
      detail: `The query has a percent-encoding that is not valid UTF-8: ${quote(text)}.`,
    })
  }
}
