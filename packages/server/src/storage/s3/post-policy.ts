/**
 * Forms that a browser may post straight to the bucket: one key, one type, a size within bounds, until a moment. The
 * bucket itself refuses what the signed policy does not allow, before it stores a byte.
 * Source: Amazon S3, "Creating an HTML form" and "Calculating a signature" of browser-based uploads (2026-11-22)
 */
import { createHmac } from 'node:crypto'
import type { DirectUpload, DirectUploadBounds } from '../driver.ts'
import type { S3Place } from './place.ts'

/** Fields of the form, the file not among them. */
export function postFields(
  place: S3Place,
  key: string,
  { minBytes, maxBytes, contentType, expiresAt }: DirectUploadBounds,
): DirectUpload['fields'] {
  const now = new Date().toISOString().replace(/[:-]|\.\d{3}/g, '')
  const scope = [now.slice(0, 8), place.region, 's3', 'aws4_request']
  const fields = {
    key: place.prefix + key,
    ...(contentType === undefined ? {} : { 'Content-Type': contentType }),
    'x-amz-algorithm': 'AWS4-HMAC-SHA256',
    'x-amz-credential': [place.accessKeyId, ...scope].join('/'),
    'x-amz-date': now,
  }
  const policy = Buffer.from(
    JSON.stringify({
      expiration: new Date(expiresAt).toISOString(),
      conditions: [
        { bucket: place.bucket },
        ['content-length-range', minBytes, maxBytes],
        ...Object.entries(fields).map(([name, value]) => ({ [name]: value })),
      ],
    }),
  ).toString('base64')
  const signingKey = scope.reduce<Buffer>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    Buffer.from(`AWS4${place.secretAccessKey}`),
  )
  const signature = createHmac('sha256', signingKey).update(policy).digest('hex')
  return { ...fields, policy, 'x-amz-signature': signature }
}
