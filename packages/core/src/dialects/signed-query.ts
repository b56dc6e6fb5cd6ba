/**
 * Signature parameters of both our URL forms: `exp` (unix seconds), `kid` (which secret), and last `sig`.
 *
 * What is signed is the raw text behind the mount without the signature itself, so nobody re-serialises a query and
 * gets other bytes. `sig` must be the last parameter: then "without the signature" has one reading.
 */
import { problem } from '../problem/index.ts'
import type { SignedText } from '../request/image-request.ts'
import type { Parameters } from './parameters.ts'

/** The last second of the year 9999: later ones are typing mistakes (milliseconds). */
const maxExpiry = 253_402_300_799

/**
 * Reads `sig`, `exp` and `kid`. Verifies nothing: the server does, with the project's secrets and clock.
 * @throws Problem `signature/invalid` when `sig` is not last, `signature/missing` when `exp` or `kid` stand without it,
 * `request/invalid-parameter`
 */
export function readSignature(path: string, query: string, parameters: Parameters): SignedText | undefined {
  const expiresAt = parameters.integer('exp', { min: 1, max: maxExpiry })
  const keyId = parameters.matching(
    'kid',
    /^[A-Za-z0-9_-]{1,64}$/,
    'must be 1–64 letters, digits, "_" or "-"',
  )
  if (parameters.text('sig') === undefined) {
    if (expiresAt === undefined && keyId === undefined) return undefined
    const name = expiresAt === undefined ? 'kid' : 'exp'
    throw problem('signature/missing', {
      detail: `"${name}" only means something together with "sig".`,
      members: { parameter: name },
    })
  }
  const lastStart = query.lastIndexOf('&') + 1
  if (!query.startsWith('sig=', lastStart)) {
    throw problem('signature/invalid', {
      detail: '"sig" must be the last parameter, spelled "sig=…".',
      members: { parameter: 'sig' },
    })
  }
  return {
    scheme: 'fovea-hmac-sha256',
    value: query.slice(lastStart + 4),
    signedText: lastStart === 0 ? path : `${path}?${query.slice(0, lastStart - 1)}`,
    ...(keyId === undefined ? {} : { keyId }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  }
}

/**
 * Adds expiry and key id to what a dialect's `format` returned: the text to sign. Then append `sig=` with `withSignature`.
 */
export function signableText(
  unsigned: string,
  terms: { readonly expiresAt?: number | undefined; readonly keyId?: string | undefined } = {},
): string {
  let text = unsigned
  if (terms.expiresAt !== undefined) text += `${separator(text)}exp=${terms.expiresAt}`
  if (terms.keyId !== undefined) text += `${separator(text)}kid=${terms.keyId}`
  return text
}

/** Appends the signature of `signable` as the last parameter. */
export function withSignature(signable: string, signature: string): string {
  return `${signable}${separator(signable)}sig=${signature}`
}

function separator(text: string): '?' | '&' {
  return text.includes('?') ? '&' : '?'
}
