/**
 * Which pictures a job is about: named one by one, by the beginning of their paths, or in a list or ZIP archive that
 * lies at an address, in a configured origin, or beside the JSON.
 */
import { Problem, problem } from '../../problem/index.ts'
import { pointer } from '../json-text.ts'
import { invalidPayload } from '../payload-problem.ts'
import { quote } from '../quote.ts'
import { inside, readLabel, readObject, readPath } from './members.ts'
import { type JsonSource, readSource } from './source.ts'

/** One picture of a list. */
export interface BatchSource {
  readonly source: Extract<JsonSource, { kind: 'asset' | 'id' | 'url' }>
  /** Stands for the picture's own path in the template and in lists. */
  readonly name: string | undefined
}

export type BatchSources =
  /** A list or an archive that came beside the JSON. */
  | { readonly kind: 'body' }
  /** One that lies at an address. */
  | { readonly kind: 'url'; readonly url: string }
  /** One that lies in an origin of the project, by its name or id. */
  | { readonly kind: 'origin'; readonly origin: string; readonly path: string }
  | { readonly kind: 'list'; readonly list: readonly BatchSource[] }
  /** All images of the project whose paths begin so. */
  | { readonly kind: 'prefix'; readonly prefix: string }

const kinds = ['list', 'prefix', 'url', 'origin'] as const
const entryMembers = ['asset', 'id', 'url', 'name'] as const
const longest = 2048

/** @throws Problem `pipeline/invalid` with a `pointer` below `/sources` */
export function readSources(value: unknown): BatchSources {
  if (value === undefined) return { kind: 'body' }
  const sources = readObject(value, '"sources"', '/sources', [...kinds, 'path'])
  const [kind, other] = kinds.filter((name) => sources[name] !== undefined)
  if (kind === undefined || other !== undefined)
    throw invalidPayload('/sources', `"sources" must have one of ${kinds.join(', ')}.`)
  if (kind !== 'origin' && sources.path !== undefined)
    throw invalidPayload('/sources/path', '"sources.path" goes with "sources.origin".')
  switch (kind) {
    case 'list':
      return { kind, list: readList(sources.list) }
    case 'prefix':
      return { kind, prefix: sources.prefix === '' ? '' : readText(sources, kind).normalize('NFC') }
    case 'url':
      return { kind, url: readText(sources, kind) }
    case 'origin':
      return {
        kind,
        origin: readText(sources, kind),
        path: readPath(readText(sources, 'path'), '/sources/path'),
      }
  }
}

/**
 * One entry of a list, as JSON or as a row of a table.
 * @throws Problem `pipeline/invalid` with a `pointer` into the entry
 */
export function readBatchSource(value: unknown): BatchSource {
  const { name, ...rest } = readObject(value, 'An entry of the list', '', entryMembers)
  const source = fromEntry(() => readSource(rest))
  if (source.kind === 'body' || source.kind === 'base64')
    throw invalidPayload('', 'An entry of the list must have one of asset, id, url.')
  return { source, name: readLabel(name, '/name') }
}

function readText(sources: Readonly<Record<string, unknown>>, name: string): string {
  const text = sources[name]
  if (typeof text === 'string' && text !== '' && text.length <= longest) return text
  throw invalidPayload(
    pointer('sources', name),
    `"sources.${name}" must be a text of at most ${longest} characters, not ${quote(text)}.`,
  )
}

function readList(value: unknown): readonly BatchSource[] {
  if (!Array.isArray(value) || value.length === 0)
    throw invalidPayload('/sources/list', `"sources.list" must be a list of pictures, not ${quote(value)}.`)
  return value.map((entry: unknown, index) =>
    inside(pointer('sources', 'list', index), () => readBatchSource(entry)),
  )
}

/** A source is read as the member of a request; here it is an entry itself. */
function fromEntry<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof Problem) || typeof error.members.pointer !== 'string') throw error
    const place = error.members.pointer.replace(/^\/source/, '')
    const detail = error.detail?.replace(/"source(?:\.(\w+))?"/g, (_, name?: string) =>
      name === undefined ? 'An entry of the list' : `"${name}"`,
    )
    throw problem(error.code, { detail, members: { ...error.members, pointer: place } })
  }
}
