/**
 * Google Cloud Storage through its XML API: with interoperability keys it is S3, with a service account each GET carries
 * an access token, and a bucket that anyone may read needs neither.
 */
import { Problem } from '@fovea/core'
import type { Egress } from '../egress/index.ts'
import { httpRead } from './http-read.ts'
import type { Origin } from './origin.ts'
import { s3Origin } from './s3.ts'
import { ServiceAccountTokens } from './service-account.ts'
import type { OriginCredentials, OriginSettings } from './settings.ts'
import { encodePath } from './web.ts'

const scope = 'https://www.googleapis.com/auth/devstorage.read_only'

export function gcsOrigin(
  settings: OriginSettings<'gcs'>,
  { serviceAccount, ...keys }: OriginCredentials<'gcs'>,
  egress: Egress,
): Origin {
  if (serviceAccount === undefined)
    return s3Origin({ ...settings, pathStyle: true, writable: false }, keys, egress)
  const { bucket, prefix, timeoutMs, maxBytes } = settings
  const base = `${settings.endpoint.replace(/\/+$/, '')}/${bucket}`
  const tokens = new ServiceAccountTokens({ key: serviceAccount, scope, egress, timeoutMs })
  return {
    async read({ path }, known) {
      const url = `${base}/${encodePath(prefix + path)}`
      const headers = { authorization: `Bearer ${await tokens.get()}` }
      try {
        return await httpRead(egress, {
          url,
          headers,
          timeoutMs,
          maxBytes,
          maxRedirects: 0,
          known,
          shown: path,
        })
      } catch (error) {
        // A token may be withdrawn before it ends.
        if (error instanceof Problem && error.members.originStatus === 401) tokens.forget()
        throw error
      }
    },
  }
}
