/** Azure Blob Storage: one GET, signed with the account key or carrying a shared access signature. */
import { createHmac } from 'node:crypto'
import type { Egress } from '../egress/index.ts'
import { httpRead } from './http-read.ts'
import type { Origin, Validators } from './origin.ts'
import type { OriginCredentials, OriginSettings } from './settings.ts'
import { encodePath } from './web.ts'

const version = '2023-11-03'

export function azureOrigin(
  settings: OriginSettings<'azure'>,
  { accountKey, sasToken }: OriginCredentials<'azure'>,
  egress: Egress,
): Origin {
  const { account, container, prefix, timeoutMs, maxBytes } = settings
  const endpoint = (settings.endpoint ?? `https://${account}.blob.core.windows.net`).replace(/\/+$/, '')
  return {
    read({ path }, known) {
      const bare = `${endpoint}/${container}/${encodePath(prefix + path)}`
      const url = sasToken === undefined ? bare : `${bare}?${sasToken.replace(/^\?/, '')}`
      const headers = { 'x-ms-version': version, 'x-ms-date': new Date().toUTCString() }
      const authorization =
        accountKey === undefined || sasToken !== undefined
          ? {}
          : { authorization: sharedKey({ account, accountKey, url: new URL(bare), headers, known }) }
      return httpRead(egress, {
        url,
        headers: { ...headers, ...authorization },
        timeoutMs,
        maxBytes,
        maxRedirects: 0,
        known,
        shown: path,
      })
    },
  }
}

interface Signable {
  readonly account: string
  /** Base64. */
  readonly accountKey: string
  readonly url: URL
  /** The `x-ms-` headers of the request, in alphabetical order once sorted. */
  readonly headers: Readonly<Record<string, string>>
  readonly known: Validators | undefined
}

/**
 * Value of `Authorization`.
 * Source: Azure Storage, "Authorize with Shared Key", string to sign of version 2015-02-21 and later (2026-11-22)
 */
function sharedKey({ account, accountKey, url, headers, known }: Signable): string {
  const standard = [
    'GET',
    ...['', '', '', '', '', ''],
    known?.lastModified ?? '',
    '',
    known?.etag ?? '',
    ...['', ''],
  ]
  const own = Object.entries(headers)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}:${value}`)
  const text = [...standard, ...own, `/${account}${url.pathname}`].join('\n')
  const signature = createHmac('sha256', Buffer.from(accountKey, 'base64'))
    .update(text, 'utf8')
    .digest('base64')
  return `SharedKey ${account}:${signature}`
}
