/**
 * Reads a query the way imgix does: leniently. Unknown names and values that make no sense are as if they were not
 * there, numbers out of range are brought to its ends, the last of two values counts (`auto` collects all of them).
 *
 * Names end in `64` when their value is base64url of UTF-8; what is no base64 there is the one mistake that is told.
 * What was read and made sense is noted, so that the answer can say which parameters acted.
 */
import { colorNames } from '../../geometry/color-names.ts'
import { problem } from '../../problem/index.ts'
import { decodeBase64Text } from '../base64.ts'
import { queryText } from '../query-text.ts'
import { quote } from '../quote.ts'
import { aliases } from './names.ts'

/** imgix documents 203; a client cannot mean more. */
const maxParameters = 256

export interface Range {
  readonly min: number
  readonly max: number
}

/** Pixels, or percent of the side the parameter is about. */
export type Length = number | `${number}%`

const decimal = /^-?(?:\d+(?:\.\d*)?|\.\d+)$/
/** Longer text is no number. */
const maxDigits = 24
/** Largest side imgix makes, px. */
export const maxSide = 8_192

export class ImgixParameters {
  readonly #values = new Map<string, string>()
  readonly #applied = new Map<string, string>()
  readonly #filled = new Set<string>()

  /** @throws Problem `request/too-many-parameters`, `request/malformed` (a `…64` value that is no base64url) */
  constructor(query: string) {
    let count = 0
    for (const piece of query.split('&', maxParameters * 2)) {
      if (piece === '') continue
      if (++count > maxParameters) {
        throw problem('request/too-many-parameters', {
          detail: `A URL may have at most ${maxParameters} parameters.`,
          members: { maximum: maxParameters },
        })
      }
      this.#add(piece)
    }
  }

  /** Whether a parameter stands in the URL at all. */
  has(name: string): boolean {
    return this.#values.has(name)
  }

  /** What acted, as `name=value` pairs in the order it was read. */
  get applied(): ReadonlyMap<string, string> {
    return this.#applied
  }

  /** Text as it stands; empty text is no value. */
  text(name: string): string | undefined {
    const value = this.#values.get(name)
    return value === undefined || value === '' ? undefined : this.#note(name, value)
  }

  /** A number, brought into the range. */
  number(name: string, { min, max }: Range): number | undefined {
    const value = numberIn(this.#values.get(name))
    if (value === undefined) return undefined
    this.#note(name, '')
    return Math.min(max, Math.max(min, value))
  }

  /** A whole number, rounded half up and brought into the range. */
  integer(name: string, range: Range): number | undefined {
    const value = this.number(name, range)
    return value === undefined ? undefined : Math.floor(value + 0.5)
  }

  /** Pixels from 2 on, or a share of the side up to 1 as percent. Nothing and less is no length. */
  side(name: string, most: number = maxSide): Length | undefined {
    const value = lengthIn(this.#values.get(name), most)
    return value === undefined ? undefined : this.#note(name, value)
  }

  /** Four corner radii or one, in pixels. */
  corners(name: string): readonly number[] | undefined {
    const numbers = this.#values.get(name)?.split(',', 5).map(numberIn)
    if (numbers === undefined || (numbers.length !== 1 && numbers.length !== 4)) return undefined
    const radii = numbers.flatMap((value) =>
      value === undefined || value < 0 ? [] : [Math.min(value, maxSide)],
    )
    return radii.length === numbers.length ? this.#note(name, radii) : undefined
  }

  oneOf<const T extends string>(name: string, values: readonly T[]): T | undefined {
    const value = this.#values.get(name)
    if (value === undefined) return undefined
    const known = values.find((candidate) => candidate === value)
    return known === undefined ? undefined : this.#note(name, known)
  }

  flag(name: string): boolean | undefined {
    const value = this.oneOf(name, ['true', 'false', '1', '0'])
    return value === undefined ? undefined : value === 'true' || value === '1'
  }

  /** Words of a list, in order, unknown ones left out; `undefined` when none is left. */
  words<const T extends string>(name: string, known: readonly T[]): readonly T[] | undefined {
    const value = this.#values.get(name)
    if (value === undefined) return undefined
    const words: T[] = []
    for (const part of value.split(',', 32)) {
      const word = part.trim()
      const found = known.find((candidate) => candidate === word)
      if (found !== undefined) words.push(found)
    }
    return words.length === 0 ? undefined : this.#note(name, words)
  }

  /** Colour as `#rrggbbaa`. */
  color(name: string): string | undefined {
    const value = colorIn(this.#values.get(name))
    return value === undefined ? undefined : this.#note(name, value)
  }

  /** A colour that is part of a value. */
  colorOf(text: string): string | undefined {
    return colorIn(text)
  }

  /** At least `least` colours. */
  colors(name: string, least: number, most: number): readonly string[] | undefined {
    const parts = this.#values.get(name)?.split(',', most + 1)
    if (parts === undefined) return undefined
    const colors = parts.flatMap((part) => colorIn(part) ?? [])
    const isWhole = colors.length === parts.length && colors.length >= least && colors.length <= most
    return isWhole ? this.#note(name, colors) : undefined
  }

  /** Parts of a comma list as they stand. */
  parts(name: string, most: number): readonly string[] | undefined {
    const value = this.#values.get(name)
    return value === undefined || value === '' ? undefined : value.split(',', most)
  }

  /** Notes that a parameter read by its parts made sense. */
  acted(name: string): void {
    this.#note(name, '')
  }

  /** A value that the URL leaves to the client. */
  fill(name: string, value: string | undefined): void {
    if (value === undefined) return
    this.#values.set(name, value)
    this.#filled.add(name)
  }

  isFilled(name: string): boolean {
    return this.#filled.has(name)
  }

  #note<T>(name: string, value: T): T {
    this.#applied.set(name, this.#values.get(name) ?? '')
    return value
  }

  #add(piece: string): void {
    const equals = piece.indexOf('=')
    const written = queryText(equals < 0 ? piece : piece.slice(0, equals))
    if (written === undefined) return
    const raw = equals < 0 ? '' : piece.slice(equals + 1)
    const isEncoded = written.endsWith('64')
    const base = isEncoded ? written.slice(0, -2) : written
    const name = aliases.get(base)
    if (name === undefined) return
    if (!isEncoded) {
      const value = queryText(raw)
      if (value !== undefined) this.#set(name, value)
    } else if (name !== 'auto' && name !== 'ch') this.#set(name, fromBase64(written, raw))
  }

  #set(name: string, value: string): void {
    const before = name === 'auto' ? this.#values.get(name) : undefined
    this.#values.set(name, before === undefined ? value : `${before},${value}`)
  }
}

function fromBase64(name: string, raw: string): string {
  const value = queryText(raw)
  const text = value === undefined ? undefined : decodeBase64Text(value)
  if (text !== undefined) return text
  throw problem('request/malformed', {
    detail: `The value of ${quote(name)} must be base64url of UTF-8 text; it is ${quote(raw)}.`,
    members: { parameter: name.slice(0, 64) },
  })
}

function numberIn(text: string | undefined): number | undefined {
  if (text === undefined || text.length > maxDigits || !decimal.test(text)) return undefined
  return Number(text)
}

/** Up to 1 a share, above that pixels: imgix's own reading, by which `w=1` is the whole width. */
export function lengthIn(text: string | undefined, most: number = maxSide): Length | undefined {
  const value = numberIn(text)
  if (value === undefined || value < 0.0001) return undefined
  if (value <= 1) return percent(value)
  return Math.min(most, Math.max(2, Math.floor(value + 0.5)))
}

export function percent(share: number): Length {
  return `${Math.round(share * 1_000_000) / 10_000}%`
}

/** RGB, ARGB, RRGGBB or AARRGGBB, with or without `#`, or a CSS keyword; canonical `#rrggbbaa`. */
function colorIn(text: string | undefined): string | undefined {
  if (text === undefined || text.length > 32) return undefined
  const name = text.trim().toLowerCase()
  const digits = name.startsWith('#') ? name.slice(1) : name
  if (!/^(?:[0-9a-f]{3}|[0-9a-f]{4}|[0-9a-f]{6}|[0-9a-f]{8})$/.test(digits)) return colorNames.get(name)
  const full = digits.length <= 4 ? digits.replace(/./g, '$&$&') : digits
  return full.length === 6 ? `#${full}ff` : `#${full.slice(2)}${full.slice(0, 2)}`
}
