/** Where a picture of a JSON request comes from. */
import { pointer } from '../json-text.ts'
import { invalidPayload } from '../payload-problem.ts'
import { quote } from '../quote.ts'
import { readObject, readPath } from './members.ts'

/** Where the picture comes from; `body` when it came beside the JSON. */
export type JsonSource =
  | { readonly kind: 'body' }
  | { readonly kind: 'base64'; readonly base64: string }
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'asset'; readonly path: string }
  | { readonly kind: 'id'; readonly id: string }

const sourceMembers = ['base64', 'url', 'asset', 'id'] as const

/** @throws Problem `pipeline/invalid` with a `pointer` below `/source` */
export function readSource(value: unknown): JsonSource {
  if (value === undefined) return { kind: 'body' }
  const source = readObject(value, '"source"', '/source', sourceMembers)
  const [kind, other] = sourceMembers.filter((name) => source[name] !== undefined)
  if (kind === undefined || other !== undefined)
    throw invalidPayload('/source', `"source" must have one of ${sourceMembers.join(', ')}.`)
  const text = source[kind]
  if (typeof text !== 'string' || text === '')
    throw invalidPayload(pointer('source', kind), `"source.${kind}" must be a text, not ${quote(text)}.`)
  switch (kind) {
    case 'base64':
      return { kind, base64: text }
    case 'url':
      return { kind, url: text }
    case 'asset':
      return { kind, path: readPath(text, '/source/asset') }
    case 'id':
      if (/^[0-9a-f]{16}$/.test(text)) return { kind, id: text }
      throw invalidPayload('/source/id', `"source.id" must be 16 hex digits, not ${quote(text)}.`)
  }
}
