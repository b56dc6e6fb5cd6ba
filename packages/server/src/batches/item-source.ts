/** What a listed picture is called: in lists, and in the paths of its results. */
import { splitExtension } from '@fovea/core'
import type { BatchSource } from '@fovea/core/dialects/json'
import { sanitiseFileName } from '../uploads/index.ts'
import type { ArchivePlace, ItemSource } from './batch.ts'

export interface NewItem {
  /** Shown in lists: nothing secret. */
  readonly label: string
  readonly source: ItemSource
}

export function listedItem({ source, name }: BatchSource): NewItem {
  switch (source.kind) {
    case 'asset':
      return item(source, source.path, name ?? source.path)
    case 'id':
      return item(source, source.id, name ?? source.id)
    case 'url':
      return item(source, withoutQuery(source.url), repaired(name ?? pathOf(source.url)))
  }
}

export function archivedItem(place: ArchivePlace): NewItem {
  return item(place, place.path, repaired(place.path))
}

/** `path` is what the paths of the results are made from. */
function item(source: ItemSource['source'], label: string, path: string): NewItem {
  const at = path.lastIndexOf('/')
  const dir = at < 0 ? '' : path.slice(0, at)
  return {
    label: label.slice(0, 1024),
    source: { source, dir, name: splitExtension(path.slice(at + 1)).stem },
  }
}

/** Names from the web and from archives may be anything: each segment as an upload's file name. */
function repaired(path: string): string {
  return path
    .split('/')
    .filter((segment) => segment !== '')
    .map(sanitiseFileName)
    .join('/')
}

/** A query may hold a secret. */
function withoutQuery(url: string): string {
  const parsed = URL.parse(url)
  return parsed === null ? 'an address' : `${parsed.origin}${parsed.pathname}`
}

function pathOf(url: string): string {
  const { pathname = '', hostname = 'image' } = URL.parse(url) ?? {}
  const path = decoded(pathname)
  return path.endsWith('/') ? `${path}${hostname}` : path
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
