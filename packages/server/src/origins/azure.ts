/** Azure Blob Storage: one GET, PUT or HEAD, signed with the account key or carrying a shared access signature. */
import { createHmac } from 'node:crypto'
import type { Egress } from '../egress/index.ts'
import { httpLook } from './http-look.ts'
import { httpRead } from './http-read.ts'
import { httpWrite } from './http-write.ts'
import type { Origin } from './origin.ts'
import type { OriginCredentials, OriginSettings } from './settings.ts'
import { encodePath } from './web.ts'

const version = '2023-11-03'
const markHeader = 'x-ms-meta-fovearesult'

export function azureOrigin(
  settings: OriginSettings<'azure'>,
  { accountKey, sasToken }: OriginCredentials<'azure'>,
  egress: Egress,
): Origin {
  const { account, container, prefix, timeoutMs, maxBytes } = settings
  const endpoint = (settings.endpoint ?? `https://${account}.blob.core.windows.net`).replace(/\/+$/, '')
  const address = (path: string) => {
    const bare = `${endpoint}/${container}/${encodePath(prefix + path)}`
    return { bare, url: sasToken === undefined ? bare : `${bare}?${sasToken.replace(/^\?/, '')}` }
  }
  const shownAs = (path: string) => `${prefix}${path} in the container "${container}"`
  /** `Authorization` for headers, where there is a key to sign with. */
  const authorization = (signable: Omit<Signable, 'account' | 'accountKey'>): Record<string, string> =>
    accountKey === undefined || sasToken !== undefined
      ? {}
      : { authorization: sharedKey({ account, accountKey, ...signable }) }
  return {
    read({ path }, known) {
      const { bare, url } = address(path)
      const headers = { 'x-ms-version': version, 'x-ms-date': new Date().toUTCString() }
      const standard = { 'if-modified-since': known?.lastModified, 'if-none-match': known?.etag }
      const signature = authorization({ method: 'GET', url: new URL(bare), headers, standard })
      return httpRead(egress, {
        url,
        headers: { ...headers, ...signature },
        timeoutMs,
        maxBytes,
        maxRedirects: 0,
        known,
        shown: path,
      })
    },
    write({ path, bytes, mediaType, overwrite, mark, signal }) {
      const { bare, url } = address(path)
      const headers = {
        'x-ms-blob-type': 'BlockBlob',
        'x-ms-version': version,
        'x-ms-date': new Date().toUTCString(),
        ...(mark === undefined ? {} : { [markHeader]: mark }),
      }
      const standard = { 'content-type': mediaType, ...(overwrite ? {} : { 'if-none-match': '*' }) }
      const length = { 'content-length': bytes.length === 0 ? '' : String(bytes.length) }
      const signature = authorization({
        method: 'PUT',
        url: new URL(bare),
        headers,
        standard: { ...standard, ...length },
      })
      const sent = { ...headers, ...standard, ...signature }
      return httpWrite(egress, { url, headers: sent, body: bytes, timeoutMs, shown: shownAs(path), signal })
    },
    look({ path, signal }) {
      const { bare, url } = address(path)
      const headers = { 'x-ms-version': version, 'x-ms-date': new Date().toUTCString() }
      const signature = authorization({ method: 'HEAD', url: new URL(bare), headers, standard: {} })
      const sent = { ...headers, ...signature }
      return httpLook(egress, { url, headers: sent, timeoutMs, markHeader, shown: shownAs(path), signal })
    },
  }
}

/** In the order of the string to sign. */
const standardHeaders = [
  'content-encoding',
  'content-language',
  'content-length',
  'content-md5',
  'content-type',
  'date',
  'if-modified-since',
  'if-match',
  'if-none-match',
  'if-unmodified-since',
  'range',
] as const

interface Signable {
  readonly account: string
  /** Base64. */
  readonly accountKey: string
  readonly method: 'GET' | 'HEAD' | 'PUT'
  readonly url: URL
  /** The `x-ms-` headers of the request, in alphabetical order once sorted. */
  readonly headers: Readonly<Record<string, string>>
  /** Of the others, those that are said. */
  readonly standard: { readonly [name in (typeof standardHeaders)[number]]?: string | undefined }
}

/**
 * Value of `Authorization`.
 * Source: Azure Storage, "Authorize with Shared Key", string to sign of version 2015-02-21 and later (2026-11-22)
 */
function sharedKey({ account, accountKey, method, url, headers, standard }: Signable): string {
  const own = Object.entries(headers)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}:${value}`)
  const others = standardHeaders.map((name) => standard[name] ?? '')
  const text = [method, ...others, ...own, `/${account}${url.pathname}`].join('\n')
  const signature = createHmac('sha256', Buffer.from(accountKey, 'base64'))
    .update(text, 'utf8')
    .digest('base64')
  return `SharedKey ${account}:${signature}`
}
