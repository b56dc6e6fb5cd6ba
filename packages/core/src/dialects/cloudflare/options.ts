/**
 * The options of a path: `width=300,h=200,fit=cover`. Of two with the same name, in whatever spelling, the later one
 * counts. Values are percent-decoded once; `[object Object]`, which clients print for what has no spelling in a URL,
 * is as if it were not there.
 */
import { nearest, type Problem, problem } from '../../problem/index.ts'
import { clip, quote } from '../quote.ts'

const names = [
  'width',
  'height',
  'dpr',
  'fit',
  'gravity',
  'zoom',
  'quality',
  'format',
  'anim',
  'background',
  'blur',
  'brightness',
  'contrast',
  'gamma',
  'saturation',
  'sharpen',
  'rotate',
  'flip',
  'trim',
  'border',
  'compression',
  'metadata',
  'onerror',
  'segment',
] as const

export type OptionName = (typeof names)[number]

const aliases = {
  w: 'width',
  h: 'height',
  g: 'gravity',
  q: 'quality',
  f: 'format',
  'face-zoom': 'zoom',
} as const

const byWord: ReadonlyMap<string, OptionName> = new Map<string, OptionName>([
  ...names.map((name) => [name, name] as const),
  ...Object.entries(aliases),
])

/** More is refused before anything is decoded: each name, twice over. */
const maxOptions = 64

export class Options {
  readonly #values = new Map<OptionName, string>()

  /** @throws Problem `request/malformed`, `request/unknown-parameter`, `request/too-many-parameters` */
  constructor(text: string) {
    const pieces = text.split(',', maxOptions + 1)
    if (pieces.length > maxOptions) {
      throw problem('request/too-many-parameters', {
        detail: `A URL may have at most ${maxOptions} options.`,
        members: { maximum: maxOptions },
      })
    }
    for (const piece of pieces) {
      const equals = piece.indexOf('=')
      if (equals < 0) {
        throw problem('request/malformed', {
          detail: `An option is written name=value, not ${quote(piece)}.`,
        })
      }
      const word = piece.slice(0, equals)
      const name = byWord.get(word)
      if (name === undefined) throw unknown(word)
      const value = decoded(piece.slice(equals + 1))
      if (value !== '[object Object]') this.#values.set(name, value)
    }
  }

  text(name: OptionName): string | undefined {
    return this.#values.get(name)
  }

  oneOf<const T extends string>(name: OptionName, values: readonly T[]): T | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    const known = values.find((value) => value === text)
    if (known === undefined) throw this.invalid(name, `must be one of ${values.join(', ')}`)
    return known
  }

  /** A decimal number without exponent; a whole one when `isWhole`. */
  number(
    name: OptionName,
    { min, max, isWhole = false }: { readonly min: number; readonly max: number; readonly isWhole?: boolean },
  ): number | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    const form = isWhole ? /^\d{1,15}$/ : /^(?:\d{1,15}(?:\.\d{0,15})?|\.\d{1,15})$/
    const number = form.test(text) ? Number(text) : Number.NaN
    if (!(number >= min && number <= max)) {
      throw this.invalid(name, `must be a ${isWhole ? 'whole ' : ''}number from ${min} to ${max}`)
    }
    return number
  }

  invalid(name: OptionName, rule: string): Problem {
    return problem('request/invalid-parameter', {
      detail: `The option "${name}" ${rule}; the value is ${quote(this.text(name))}.`,
      members: { parameter: name },
    })
  }
}

function unknown(word: string): Problem {
  const suggestion = nearest(word, byWord.keys())
  const hint = suggestion === undefined ? `known are ${names.join(', ')}` : `did you mean "${suggestion}"?`
  return problem('request/unknown-parameter', {
    detail: `There is no option ${quote(word)}; ${hint}`,
    members: { parameter: clip(word), ...(suggestion === undefined ? {} : { suggestion }) },
  })
}

function decoded(text: string): string {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    throw problem('request/malformed', {
      detail: `The options have a percent-encoding that is not valid UTF-8: ${quote(text)}.`,
    })
  }
}
