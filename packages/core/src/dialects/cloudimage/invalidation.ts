/**
 * What a request of Cloudimage's invalidation API names: an origin path, with `*` behind it all that begin so, or the
 * URL of a rendition. A rendition is forgotten with all others of its source: they are made of the same file.
 */
import type { SourceRef } from '../../request/image-request.ts'
import { sourceOf, withoutVersion } from './address.ts'
import { readQuery } from './layers.ts'

export interface Invalidated {
  /** With `isPrefix`, what names begin with. */
  readonly source: SourceRef
  readonly isPrefix: boolean
}

/** Stands behind a prefix while it is read: no name ends with nothing. */
const end = 'x'

/** @throws Problem `request/malformed` for what is no path */
export function originalNamed(text: string): Invalidated {
  const path = withoutVersion(text.replace(/^\//, ''))
  if (!path.endsWith('*')) return { source: sourceOf(path, '', false), isPrefix: false }
  const source = sourceOf(path.slice(0, -1) + end, '', false)
  return { source: cut(source), isPrefix: true }
}

/** @throws Problem `request/malformed` */
export function renditionNamed(text: string): Invalidated {
  const target = text.replace(/^https?:\/\/[^/]+/i, '').replace(/^\//, '')
  const mounted = target.replace(/^cloudimage\/[a-z0-9][a-z0-9-]{0,62}\//, '')
  const question = mounted.indexOf('?')
  const query = question < 0 ? '' : mounted.slice(question + 1)
  const path = withoutVersion(question < 0 ? mounted : mounted.slice(0, question))
  const isEncoded = readQuery(query).envelope.get('ci_url_encoded') === '1'
  return { source: sourceOf(path, query, isEncoded), isPrefix: false }
}

function cut(source: SourceRef): SourceRef {
  const less = (text: string) => text.slice(0, -end.length)
  if (source.kind === 'url') return { ...source, url: less(source.url) }
  const { address } = source
  return { ...source, path: less(source.path), ...(address === undefined ? {} : { address: less(address) }) }
}
