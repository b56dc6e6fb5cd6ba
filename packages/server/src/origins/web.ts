/** A web folder: the path is appended to a base URL. */
import type { Egress } from '../egress/index.ts'
import { httpRead } from './http-read.ts'
import type { Origin } from './origin.ts'
import type { OriginCredentials, OriginSettings } from './settings.ts'

export function webOrigin(
  settings: OriginSettings<'web'>,
  { headers = {} }: OriginCredentials<'web'>,
  egress: Egress,
): Origin {
  const base = settings.baseUrl.replace(/\/+$/, '')
  return {
    read: ({ path, query }, known) =>
      httpRead(egress, {
        url: `${base}/${encodePath(path)}${query === '' ? '' : `?${query}`}`,
        headers,
        timeoutMs: settings.timeoutMs,
        maxBytes: settings.maxBytes,
        known,
        shown: path,
      }),
  }
}

/** Percent-encodes each segment by RFC 3986 §2.3, the strictest reading: every server decodes it alike. */
export function encodePath(path: string): string {
  return path
    .split('/')
    .map((segment) =>
      encodeURIComponent(segment).replace(
        /[!'()*]/g,
        (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
      ),
    )
    .join('/')
}
