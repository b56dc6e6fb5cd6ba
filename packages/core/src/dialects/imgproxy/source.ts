/**
 * What the source of a URL names.
 *
 * | source | here |
 * |---|---|
 * | `http://…`, `https://…` | an image of the web, through the project's web proxy |
 * | `local:///dir/a.jpg`, `dir/a.jpg` | a path of the project; what stands behind `?` goes to its origin |
 * | `s3://bucket/a.jpg`, `gs://…`, `abs://…` | a path of the project's origin that has the bucket's name |
 */
import { type Problem, problem } from '../../problem/index.ts'
import type { SourceRef } from '../../request/image-request.ts'
import { quote } from '../quote.ts'
import { remoteAddress } from '../remote-address.ts'
import { normaliseAssetPath } from '../target-path.ts'

/** @throws Problem `request/malformed`, `request/too-long` */
export function sourceNamed(text: string): SourceRef {
  const scheme = /^([a-z][a-z0-9+.-]{0,19}):/i.exec(text)?.[1]?.toLowerCase()
  if (scheme === undefined) return pathOf(text.replace(/^\//, ''))
  if (scheme === 'http' || scheme === 'https') {
    const url = remoteAddress(text.replace(/[^\x21-\x7e]/gu, encodeURIComponent))
    if (url === undefined) throw malformed(text)
    return { kind: 'url', url: url.replace(/^https?/i, (name) => name.toLowerCase()) }
  }
  if (scheme === 'local') return pathOf(text.slice('local:'.length).replace(/^\/+/, ''))
  const bucket = /^(?:s3|gs|abs):\/{1,2}([^/]{1,63})\/(.+)$/i.exec(text)
  if (bucket === null) throw malformed(text)
  return { ...pathOf(bucket[2] ?? ''), origin: bucket[1] ?? '' }
}

function pathOf(text: string): Extract<SourceRef, { kind: 'asset' }> {
  const question = text.indexOf('?')
  const path = normaliseAssetPath(question < 0 ? text : text.slice(0, question))
  if (typeof path !== 'string')
    throw problem('request/malformed', { detail: `The image path ${path.sentence}: ${quote(text)}.` })
  const query = question < 0 ? '' : text.slice(question + 1)
  return { kind: 'asset', path, match: 'exact', ...(query === '' ? {} : { query }) }
}

function malformed(text: string): Problem {
  return problem('request/malformed', {
    detail: `The source must be a path, or begin with http://, https://, local://, s3://, gs:// or abs://: ${quote(text)}.`,
  })
}
