/**
 * Buckets that speak the S3 protocol. Only one signed GET is needed of it, and it goes through the guarded fetch like any
 * other: an endpoint that a customer names is an address that a stranger names.
 */
import { AwsV4Signer } from 'aws4fetch'
import type { Egress } from '../egress/index.ts'
import { httpRead } from './http-read.ts'
import type { Origin } from './origin.ts'
import type { OriginCredentials, OriginSettings } from './settings.ts'
import { encodePath } from './web.ts'

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
  return {
    async read({ path }, known) {
      const url = `${base}/${encodePath(prefix + path)}`
      const headers = await signed(url, region, credentials)
      return httpRead(egress, { url, headers, timeoutMs, maxBytes, maxRedirects: 0, known, shown: path })
    },
  }
}

/** Headers of a GET signed with SigV4; none for a bucket that anyone may read. */
async function signed(
  url: string,
  region: string,
  { accessKeyId, secretAccessKey, sessionToken }: OriginCredentials<'s3'>,
): Promise<Readonly<Record<string, string>>> {
  if (accessKeyId === undefined || secretAccessKey === undefined) return {}
  const signer = new AwsV4Signer({
    method: 'GET',
    url,
    service: 's3',
    region,
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === undefined ? {} : { sessionToken }),
  })
  const { headers } = await signer.sign()
  return Object.fromEntries(headers)
}
