/**
 * A web proxy: the request names an absolute URL, and a list says which ones may be named. Hosts are compared as
 * parsed hosts, never as the beginning or end of a text, and every redirect is compared again.
 */
import { problem } from '@fovea/core'
import { type Egress, parseRemoteUrl } from '../egress/index.ts'
import { httpRead } from './http-read.ts'
import type { Origin } from './origin.ts'
import type { OriginCredentials, OriginSettings } from './settings.ts'

export function proxyOrigin(
  settings: OriginSettings<'proxy'>,
  { headers = {} }: OriginCredentials<'proxy'>,
  egress: Egress,
): Origin {
  const check = (url: URL) => {
    if (mayFetch(settings, url)) return
    throw problem('origin/forbidden', {
      detail: `${url.host.slice(0, 260)} is not among the addresses this project fetches pictures from.`,
      members: { host: url.host.slice(0, 260) },
    })
  }
  return {
    read: ({ path }, known) =>
      httpRead(egress, {
        url: path,
        headers,
        timeoutMs: settings.timeoutMs,
        maxBytes: settings.maxBytes,
        onUrl: check,
        known,
        shown: path.split('?', 1)[0] ?? '',
      }),
  }
}

/** Whether the list of a web proxy has a URL; the text may be anything. */
export function isAllowed({ settings }: { readonly settings: object }, text: string): boolean {
  const url = URL.parse(text)
  return url !== null && mayFetch(settings as OriginSettings<'proxy'>, url)
}

function mayFetch(
  { allow, allowAny }: Pick<OriginSettings<'proxy'>, 'allow' | 'allowAny'>,
  url: URL,
): boolean {
  return allowAny || allow.some((pattern) => matches(pattern, url))
}

/**
 * Whether a URL is covered by a pattern: `example.com` (and `:port`), `*.example.com` (its subdomains and itself), or
 * a URL whose scheme, host and port agree and whose path begins with the pattern's whole segments.
 */
export function matches(pattern: string, url: URL): boolean {
  if (/^https?:/i.test(pattern)) {
    const base = parseRemoteUrl(pattern)
    const folder = base.pathname.endsWith('/') ? base.pathname : `${base.pathname}/`
    return url.origin === base.origin && (url.pathname.startsWith(folder) || url.pathname === base.pathname)
  }
  const isWild = pattern.startsWith('*.')
  const [name = '', port] = (isWild ? pattern.slice(2) : pattern).toLowerCase().split(':')
  const host = url.hostname.endsWith('.') ? url.hostname.slice(0, -1) : url.hostname
  if (port === undefined ? url.port !== '' : portOf(url) !== port) return false
  return host === name || (isWild && host.endsWith(`.${name}`))
}

function portOf({ port, protocol }: URL): string {
  return port === '' ? (protocol === 'https:' ? '443' : '80') : port
}
