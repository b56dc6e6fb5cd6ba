/**
 * A job: many pictures through one pipeline. `{ sources, store, pipeline, output, outputs, orient, name }`.
 *
 * What is done with each picture is written as in a request for one. `sources` names the pictures one by one, by the
 * beginning of their paths, or by an address with a list or a ZIP archive; without it they come in a file beside the
 * JSON. `store` stands once, for all results, and its path is a template.
 */
import type { Limits } from '../../limits/limits.ts'
import { Problem, problem } from '../../problem/index.ts'
import { pointer } from '../json-text.ts'
import { invalidPayload } from '../payload-problem.ts'
import { quote } from '../quote.ts'
import { type JsonPipelineRequest, jsonPipeline } from './index.ts'
import { inside, readObject } from './members.ts'
import { type PathTemplate, parsePathTemplate } from './path-template.ts'
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
  | { readonly kind: 'list'; readonly list: readonly BatchSource[] }
  /** All images of the project whose paths begin so. */
  | { readonly kind: 'prefix'; readonly prefix: string }

export interface BatchStore {
  readonly path: PathTemplate
  readonly visibility: 'public' | 'private' | undefined
}

export interface BatchRequest {
  readonly name: string | undefined
  readonly sources: BatchSources
  readonly store: BatchStore | undefined
  readonly orient: boolean
  readonly outputs: JsonPipelineRequest['outputs']
}

const members = ['name', 'sources', 'store', 'pipeline', 'output', 'outputs', 'orient'] as const
const sourcesMembers = ['list', 'prefix', 'url'] as const
const sourceMembers = ['asset', 'id', 'url', 'name'] as const
const storeMembers = ['path', 'visibility'] as const
const longestName = 200
const longestPath = 1024

/** @throws Problem `pipeline/invalid` with a `pointer`, and whatever a request for one picture is refused with */
export function parseBatch(body: unknown, limits: Limits): BatchRequest {
  const { name, sources, store, ...each } = readObject(body, 'The body', '', members)
  // Nobody waits for the result with a format in mind: `auto` may choose from all.
  const { orient, outputs } = jsonPipeline.parse(each, 'avif,webp', limits)
  for (const [index, output] of outputs.entries()) {
    if (output.store === undefined) continue
    throw invalidPayload(
      pointer('outputs', index, 'store'),
      '"store" of a job stands beside "outputs", and its path tells them apart by {output}.',
    )
  }
  const read = readStore(store)
  if (read === undefined && outputs.some(({ output }) => output.kind === 'image'))
    throw invalidPayload('/store', 'A job needs "store": the results become images of the project.')
  return { name: readText(name, '/name'), sources: readSources(sources), store: read, orient, outputs }
}

/**
 * One entry of a list, as JSON or as a row of a table.
 * @throws Problem `pipeline/invalid` with a `pointer` into the entry
 */
export function readBatchSource(value: unknown): BatchSource {
  const { name, ...rest } = readObject(value, 'An entry of the list', '', sourceMembers)
  const source = fromEntry(() => readSource(rest))
  if (source.kind === 'body' || source.kind === 'base64')
    throw invalidPayload('', 'An entry of the list must have one of asset, id, url.')
  return { source, name: readText(name, '/name') }
}

function readSources(value: unknown): BatchSources {
  if (value === undefined) return { kind: 'body' }
  const sources = readObject(value, '"sources"', '/sources', sourcesMembers)
  const [kind, other] = sourcesMembers.filter((name) => sources[name] !== undefined)
  if (kind === undefined || other !== undefined)
    throw invalidPayload('/sources', `"sources" must have one of ${sourcesMembers.join(', ')}.`)
  if (kind === 'list') return { kind, list: readList(sources.list) }
  const text = sources[kind]
  const isLong = typeof text === 'string' && text.length > longestPath * 2
  if (typeof text !== 'string' || isLong || (text === '' && kind === 'url'))
    throw invalidPayload(pointer('sources', kind), `"sources.${kind}" must be a text, not ${quote(text)}.`)
  return kind === 'url' ? { kind, url: text } : { kind, prefix: text.normalize('NFC') }
}

function readList(value: unknown): readonly BatchSource[] {
  if (!Array.isArray(value) || value.length === 0)
    throw invalidPayload('/sources/list', `"sources.list" must be a list of pictures, not ${quote(value)}.`)
  return value.map((entry: unknown, index) =>
    inside(pointer('sources', 'list', index), () => readBatchSource(entry)),
  )
}

function readStore(value: unknown): BatchStore | undefined {
  if (value === undefined) return undefined
  const { path, visibility } = readObject(value, '"store"', '/store', storeMembers)
  if (typeof path !== 'string')
    throw invalidPayload('/store/path', `"store.path" must be a text, not ${quote(path)}.`)
  if (visibility !== undefined && visibility !== 'public' && visibility !== 'private')
    throw invalidPayload(
      '/store/visibility',
      `"store.visibility" must be public or private, not ${quote(visibility)}.`,
    )
  return { path: inside('/store/path', () => parsePathTemplate(path)), visibility }
}

function readText(value: unknown, place: string): string | undefined {
  if (value === undefined) return undefined
  const isFine = typeof value === 'string' && value !== '' && value.length <= longestName
  if (isFine && value.isWellFormed()) return value
  throw invalidPayload(
    place,
    `${place.slice(1)} must be 1 to ${longestName} characters, not ${quote(value)}.`,
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
