/**
 * Whether a request that changes something and carries a cookie comes from our own pages.
 *
 * Browsers send `Origin` with every such request. It must be the public address or the very host that was asked: a
 * page of another site can set neither. `SameSite=Lax` says the same; this holds where a browser does not know it, and
 * between sites that share a registrable domain.
 */
import type { IncomingHttpHeaders } from 'node:http'

export function isFromOurPages(headers: IncomingHttpHeaders, publicUrl: string): boolean {
  const { origin, host } = headers
  if (origin === undefined) return false
  const from = URL.parse(origin)
  if (from === null) return false
  return from.origin === new URL(publicUrl).origin || (host !== undefined && from.host === host)
}
