/**
 * The headers every image answer carries.
 *
 * Nothing here depends on what a client sent, except the negotiated format: whatever else it sends, the bytes and
 * headers of a cached answer stay the same.
 */
import { dialectHeaderNames, type ImageRequest } from '@fovea/core'
import { namesAnother } from '../assets/index.ts'
import type { Project } from '../projects/project.ts'
import { cacheControl } from './cache-control.ts'
import { type FoundSources, freshUntilOf, visibilityOf } from './sources.ts'

/** What scripts of other sites may read beside the safelisted headers of Fetch §2.2.2. */
const exposed = [
  'Content-Disposition',
  'Content-Length',
  'Content-Range',
  'ETag',
  'Retry-After',
  'Server-Timing',
  'X-Fovea-Cache',
  'X-Fovea-Degraded',
  'X-Fovea-Fallback',
  'X-Fovea-Request-Id',
  ...dialectHeaderNames,
]

/** On every answer of the delivery mounts, errors and preflights included. */
export const baseHeaders: Readonly<Record<string, string>> = Object.freeze({
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'",
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': exposed.join(', '),
  'Timing-Allow-Origin': '*',
})

/** Headers that a 304 repeats (RFC 9110 §15.4.5) and that a whole answer starts with. */
export function validatorHeaders(
  answer: FoundSources & {
    readonly wanted: ImageRequest
    readonly project: Project
    readonly etag: string
  },
  nowSeconds: number,
): Readonly<Record<string, string>> {
  const { wanted, asset, pictures, project, etag } = answer
  const visibility = visibilityOf(answer)
  const assets = new Set([asset.id, ...[...pictures.values()].map(({ id }) => id)])
  const tags = [`project-${project.id}`, ...[...assets].map((id) => `asset-${id}`)]
  return {
    ...baseHeaders,
    'Cross-Origin-Resource-Policy': visibility === 'private' ? 'same-site' : 'cross-origin',
    'Cache-Control': cacheControl(
      wanted,
      project,
      {
        visibility,
        freshUntil: freshUntilOf(wanted, answer),
        isOtherVersion: namesAnother(wanted.delivery.version, asset),
      },
      nowSeconds,
    ),
    ETag: etag,
    ...varyHeader(wanted),
    'Cache-Tag': tags.join(','),
    'Surrogate-Key': tags.join(' '),
  }
}

/** Says which models would have done better and are not here; empty where none is missing. */
export function degradedHeader(missing: readonly string[]): Readonly<Record<string, string>> {
  return missing.length === 0 ? {} : { 'X-Fovea-Degraded': missing.join(', ') }
}

/** The same as a member of what is told in JSON. */
export function degradedMember(missing: readonly string[]): { readonly degraded?: string[] } {
  return missing.length === 0 ? {} : { degraded: [...missing] }
}

/** Names the request headers that had a say, and nothing else: each one splits every cache on the way. */
function varyHeader({ delivery: { negotiated, vary = [] } }: ImageRequest): { readonly Vary?: string } {
  const names = negotiated ? ['Accept', ...vary] : vary
  return names.length === 0 ? {} : { Vary: names.join(', ') }
}

/** The name in both forms of RFC 6266: ASCII for old clients, UTF-8 for the rest. */
export function contentDisposition(fileName: string, type: 'attachment' | 'inline' = 'attachment'): string {
  const ascii = fileName.replace(/[^\x20-\x7e]|["\\%]/g, '_')
  const encoded = encodeURIComponent(fileName).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `${type}; filename="${ascii}"; filename*=UTF-8''${encoded}`
}
