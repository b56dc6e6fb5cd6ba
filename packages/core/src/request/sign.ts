/**
 * Signatures over the exact text a client sent. Fails closed: no key, no access.
 *
 * Which bytes are covered is the dialect's decision (`SignedText.signedText`); expiry is looked at only after the
 * MAC held, so that an unsigned caller learns nothing from it.
 */
import type { Digest } from '../crypto/digest.ts'
import { problem } from '../problem/index.ts'
import type { SignedText } from './image-request.ts'
import { schemeNamed } from './signature-schemes.ts'

export interface VerificationKey {
  readonly kid: string
  /** HMAC keys are its UTF-8 bytes. An empty secret never verifies anything. */
  readonly secret: string
}

/** MAC of a text, 64 lower-case hex digits. */
export function signText(digest: Digest, secret: string, text: string): string {
  if (secret === '') throw new TypeError('an empty secret signs nothing')
  return digest.hmacSha256(secret, text)
}

/**
 * Returns when the signature holds and has not expired.
 * With `keyId` only that key is tried, else every live one, always all of them: time tells nothing about which fits.
 * Other spellings of the same signature are refused, so a URL has one form.
 * @throws Problem `signature/invalid`, then `signature/expired` (`nowSeconds` ≥ `expiresAt`)
 */
export function verifySignature(
  digest: Digest,
  signed: SignedText,
  secrets: readonly VerificationKey[],
  nowSeconds: number,
): void {
  const { value, signedText, otherTexts = [] } = signed
  const scheme = schemeNamed(signed.scheme)
  if (!scheme.form.test(value)) throw invalid('the signature is not of the right length or characters')
  const usable = secrets.filter(({ kid, secret }) => secret !== '' && (signed.keyId ?? kid) === kid)
  let isValid = false
  for (const { secret } of usable) {
    for (const text of [signedText, ...otherTexts]) {
      const expected = scheme.expected(digest, secret, text, value.length)
      const isEqual = digest.equal(expected.slice(0, value.length), value)
      isValid = isEqual || isValid
    }
  }
  if (!isValid) throw invalid('the signature does not belong to this URL')
  if (signed.expiresAt !== undefined && !(nowSeconds < signed.expiresAt)) {
    throw problem('signature/expired', {
      detail: 'the signed URL is past its expiry time',
      members: { expiresAt: signed.expiresAt },
    })
  }
}

function invalid(detail: string): Error {
  return problem('signature/invalid', { detail })
}
