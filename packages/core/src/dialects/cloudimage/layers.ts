/**
 * Who says what: the sealed parameters, a preset, the URL and a rule of the project, in this order of rank.
 *
 * Names that nobody knows are passed over, because parameters of the origin's own may stand among them. The last of two
 * values counts; a name counts more than its other spelling, and that more than the list `f`, wherever they stand.
 */
import { problem } from '../../problem/index.ts'
import type { PresetBody } from '../define.ts'
import { queryText } from '../query-text.ts'
import { clip, quote } from '../quote.ts'
import { type EnvelopeName, filterOf, isEnvelope, isMark, type Name, nameOf } from './names.ts'

/** What one of them says about the picture. Values are not empty. */
export type Layer = ReadonlyMap<Name, string>

export interface Query {
  readonly layer: Layer
  readonly envelope: ReadonlyMap<EnvelopeName, string>
}

/** The vendor documents about 60 names; the rest is the origin's. */
const maxParameters = 256
/** Filters in one list. */
const maxFilters = 32

/** @throws Problem `request/too-many-parameters`, `request/malformed` */
export function readQuery(query: string): Query {
  const said = new Said()
  const envelope = new Map<EnvelopeName, string>()
  let count = 0
  for (let start = 0; start < query.length; ) {
    const ampersand = query.indexOf('&', start)
    const end = ampersand < 0 ? query.length : ampersand
    if (end > start) {
      if (++count > maxParameters) throw tooMany()
      const [word, raw] = splitAt(query.slice(start, end), '=')
      if (isEnvelope(word)) envelope.set(word, decodedValue(word, raw))
      else if (word === 'f' || nameOf(word) !== undefined) said.add(word, decodedValue(word, raw))
    }
    start = end + 1
  }
  return { layer: said.layer(), envelope }
}

/** What a preset or a rule says. */
export function readBody(body: PresetBody): Layer {
  const said = new Said()
  for (const [word, value] of Object.entries(body))
    said.add(word, typeof value === 'boolean' ? (value ? '1' : '0') : String(value))
  return said.layer()
}

/**
 * One layer of all, the first in rank first.
 *
 * What is sealed about a watermark is all that is said about it, or a stranger would make it as small as a pixel. And
 * `func=proxy`, which drops everything else, counts only where nothing of a higher rank says anything.
 */
export function merged(ranks: {
  readonly sealed: Layer | undefined
  readonly others: readonly Layer[]
}): Layer {
  const { sealed, others } = ranks
  const isMarked = sealed !== undefined && [...sealed.keys()].some(isMark)
  const all = new Map<Name, string>(sealed)
  for (const layer of others) {
    const isBelow = all.size > 0
    for (const [name, value] of layer) {
      if (all.has(name) || (isMarked && isMark(name)) || (isBelow && name === 'func' && value === 'proxy'))
        continue
      all.set(name, value)
    }
  }
  return all
}

/** What is said under a name, under its other spelling, and in the list. */
class Said {
  readonly #own = new Map<Name, string>()
  readonly #respelled = new Map<Name, string>()
  readonly #listed = new Map<Name, string>()

  add(word: string, value: string): void {
    if (value === '') return
    if (word === 'f') this.#addList(value)
    const name = nameOf(word)
    if (name !== undefined) (name === word ? this.#own : this.#respelled).set(name, value)
  }

  /** A filter without a value is switched on. */
  #addList(list: string): void {
    for (const part of list.split(',', maxFilters)) {
      const [word, value] = splitAt(part.trim(), ':')
      const name = filterOf(word)
      if (name !== undefined) this.#listed.set(name, value === '' ? '1' : value)
    }
  }

  layer(): Layer {
    return new Map([...this.#listed, ...this.#respelled, ...this.#own])
  }
}

function splitAt(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator)
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}

function decodedValue(word: string, raw: string): string {
  const value = queryText(raw)
  if (value !== undefined) return value
  throw problem('request/malformed', {
    detail: `The value of ${quote(word)} has a percent-encoding that is not valid UTF-8: ${quote(raw)}.`,
    members: { parameter: clip(word) },
  })
}

function tooMany() {
  return problem('request/too-many-parameters', {
    detail: `A URL may have at most ${maxParameters} parameters.`,
    members: { maximum: maxParameters },
  })
}
