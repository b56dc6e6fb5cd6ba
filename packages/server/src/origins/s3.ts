/**
 * Buckets that speak the S3 protocol. Only a signed GET, PUT and HEAD are needed of it, and they go through the guarded
 * fetch like any other: an endpoint that a customer names is an address that a stranger names.
 */
import { createHash } from 'node:crypto'
import { AwsV4Signer } from 'aws4fetch'
import type { Egress } from '../egress/index.ts'
import { httpLook } from './http-look.ts'
import { httpRead } from './http-read.ts'
import { httpWrite } from './http-write.ts'
import type { Origin } from './origin.ts'
import type { OriginCredentials, OriginSettings } from './settings.ts'
import { encodePath } from './web.ts'

const markHeader = 'x-amz-meta-fovea-result'

export function s3Origin(
  settings: OriginSettings<'s3'>,
  credentials: OriginCredentials<'s3'>,
  egress: Egress,
): Origin {
  const { region, bucket, prefix, pathStyle, timeoutMs, maxBytes } = settings
  const endpoint = (settings.endpoint ?? `https://s3.${region}.amazonaws.com`).replace(/\/+$/, '')
  const base = pathStyle
    ? `${endpoint}/${bucket}`
    : endpoint.replace(/^(https?:\/\/)/, (scheme) => `${scheme}${bucket}.`)
  const urlOf = (path: string) => `${base}/${encodePath(prefix + path)}`
  const shownAs = (path: string) => `${prefix}${path} in the bucket "${bucket}"`
  return {
    async read({ path }, known) {
      const url = urlOf(path)
      const headers = await signed({ method: 'GET', url, region, headers: {} }, credentials)
      return httpRead(egress, { url, headers, timeoutMs, maxBytes, maxRedirects: 0, known, shown: path })
    },
    async write({ path, bytes, mediaType, overwrite, mark, signal }) {
      const url = urlOf(path)
      const said = {
        'content-type': mediaType,
        'x-amz-content-sha256': createHash('sha256').update(bytes).digest('hex'),
        ...(overwrite ? {} : { 'if-none-match': '*' }),
        ...(mark === undefined ? {} : { [markHeader]: mark }),
      }
      const headers = await signed({ method: 'PUT', url, region, headers: said }, credentials)
      return httpWrite(egress, { url, headers, body: bytes, timeoutMs, shown: shownAs(path), signal })
    },
    async look({ path, signal }) {
      const url = urlOf(path)
      const headers = await signed({ method: 'HEAD', url, region, headers: {} }, credentials)
      return httpLook(egress, { url, headers, timeoutMs, markHeader, shown: shownAs(path), signal })
    },
  }
}

interface Signable {
  readonly method: 'GET' | 'HEAD' | 'PUT'
  readonly url: string
  readonly region: string
  readonly headers: Readonly<Record<string, string>>
}

/** The headers, signed with SigV4; as they are for a bucket that anyone may use. */
async function signed(
  { headers: said, ...request }: Signable,
  { accessKeyId, secretAccessKey, sessionToken }: OriginCredentials<'s3'>,
): Promise<Readonly<Record<string, string>>> {
  if (accessKeyId === undefined || secretAccessKey === undefined) return said
  const signer = new AwsV4Signer({
    ...request,
    headers: said,
    service: 's3',
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === undefined ? {} : { sessionToken }),
  })
  const { headers } = await signer.sign()
  return Object.fromEntries(headers)
}
