/**
 * What an imgix URL names and how it is signed.
 *
 * A path is a path of the source; a percent-encoded absolute URL as the whole path is fetched by the project's web
 * proxy. Clients encode such a URL once or twice, so it is decoded until it begins like one.
 */
import { problem } from '../../problem/index.ts'
import type { SignedText, SourceRef } from '../../request/image-request.ts'
import type { DialectTarget } from '../define.ts'
import { decodeAssetPath } from '../target-path.ts'

/** imgix's limit on a URI, characters. */
const maxUriLength = 8_000
/** Layers of percent-encoding that are taken off a URL. */
const maxLayers = 4

/** @throws Problem `request/too-long`, `request/malformed`, `format/unavailable` (the `~text` image) */
export function readSource({ path, query }: DialectTarget): SourceRef {
  if (path.length + query.length + 2 > maxUriLength) {
    throw problem('request/too-long', {
      detail: `A URL may have at most ${maxUriLength} characters.`,
      members: { maximum: maxUriLength },
    })
  }
  if (path === '~text') {
    throw problem('format/unavailable', { detail: 'Images of text alone ("~text") are not made here.' })
  }
  if (/^https?(?::|%)/i.test(path)) return { kind: 'url', url: absoluteUrl(path) }
  return {
    kind: 'asset',
    path: decodeAssetPath(path),
    match: 'exact',
    ...(query === '' ? {} : { query }),
  }
}

function absoluteUrl(path: string): string {
  let text = path
  for (let layer = 0; layer < maxLayers && !/^https?:\/\//i.test(text); layer++) {
    try {
      text = decodeURIComponent(text)
    } catch {
      break
    }
  }
  const form = /^(https?):\/\/(?=[^/\\?#\s])/i.exec(text)
  if (form === null || !text.isWellFormed()) {
    throw problem('request/malformed', { detail: 'The path begins like an absolute URL and is none.' })
  }
  const scheme = form[1]?.toLowerCase() ?? ''
  return `${scheme}${text.slice(scheme.length)}`.replace(/[^\x21-\x7e]/gu, encodeURIComponent)
}

/**
 * The signature `s`, which may stand anywhere in the query, and the raw text it covers: the target without it.
 * @throws Problem `signature/invalid` when there are two
 */
export function readSignature(
  { path, query }: DialectTarget,
  expiresAt: number | undefined,
): SignedText | undefined {
  if (!query.includes('s=')) return undefined
  const pairs = query.split('&')
  const found = pairs.filter((pair) => pair.startsWith('s='))
  const [pair] = found
  if (pair === undefined) return undefined
  if (found.length > 1) throw problem('signature/invalid', { detail: 'The URL has two signatures.' })
  const rest = pairs.filter((other) => other !== pair).join('&')
  return {
    scheme: 'imgix-md5',
    value: pair.slice(2),
    signedText: `/${path}${rest === '' ? '' : `?${rest}`}`,
    ...(expiresAt === undefined ? {} : { expiresAt }),
  }
}
