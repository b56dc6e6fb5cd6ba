/** What stands behind the options: a path of the project, or the address of an image of the web, as it is or encoded. */
import { problem } from '../../problem/index.ts'
import type { SourceRef } from '../../request/image-request.ts'
import { quote } from '../quote.ts'
import { decodeAssetPath } from '../target-path.ts'

/** `query` is that of the request: it belongs to the source. @throws Problem `request/malformed`, `request/too-long` */
export function sourceOf(raw: string, query: string): SourceRef {
  const address = webAddress(raw)
  if (address === undefined) {
    const path = decodeAssetPath(raw.replace(/^\//, ''))
    return { kind: 'asset', path, match: 'exact', ...(query === '' ? {} : { query }) }
  }
  if (!/^https?:\/\/[^/?#@\s\\]+(?:\/[\x21-\x7e]*)?$/i.test(address)) {
    throw problem('request/malformed', { detail: `The source is no address of the web: ${quote(address)}.` })
  }
  return { kind: 'url', url: query === '' ? address : `${address}?${query}` }
}

function webAddress(raw: string): string | undefined {
  if (/^https?:\/\//i.test(raw)) return raw
  if (!/^https?%3a/i.test(raw)) return undefined
  try {
    return decodeURIComponent(raw)
  } catch {
    return raw
  }
}
