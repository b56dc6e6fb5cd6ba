/** The key file of a Google service account, as its console hands it out. Members that are not used here are dropped. */
import { createPrivateKey } from 'node:crypto'
import * as z from 'zod'

export const serviceAccountKey = z.object({
  type: z.literal('service_account'),
  client_email: z.email().max(320),
  private_key_id: z.string().min(1).max(200).optional(),
  private_key: z
    .string()
    .max(16_384)
    .refine(isRsaKey, 'must be a private RSA key of 2048 bits or more, as PEM'),
  token_uri: z
    .url({ protocol: /^https?$/ })
    .max(2_048)
    .default('https://oauth2.googleapis.com/token'),
})

export type ServiceAccountKey = z.output<typeof serviceAccountKey>

function isRsaKey(pem: string): boolean {
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = createPrivateKey(pem)
    return asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) >= 2_048
  } catch {
    return false
  }
}
