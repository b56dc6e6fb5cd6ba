/**
 * How each service turns a secret and a text into the signature of a URL. One row per scheme; which bytes are the
 * text is the dialect's knowledge (`SignedText.signedText`).
 *
 * The project's signing secret stands for whatever the service calls it: token, salt, API secret, private key. A
 * signature that a service cuts short is compared as far as it goes; `form` says how short it may be.
 */
import type { Digest } from '../crypto/digest.ts'

interface Scheme {
  /** Spelling of a value: anything else is refused before it is compared, so that a URL has one form. */
  readonly form: RegExp
  /** The whole signature. `length` is that of the value, for services with more than one. */
  expected(digest: Digest, secret: string, text: string, length: number): string
}

const signatureSchemes = {
  /** Ours. */
  'fovea-hmac-sha256': {
    form: /^[0-9a-f]{64}$/,
    expected: (digest, secret, text) => digest.hmacSha256(secret, text),
  },
  /** imgix: MD5 of token and target, no HMAC. */
  'imgix-md5': {
    form: /^[0-9a-f]{32}$/,
    expected: (digest, secret, text) => digest.md5(secret + text),
  },
  /** Cloudimage `ci_sign`: SHA-1 of salt and target, 18 digits unless the account says otherwise. */
  'cloudimage-sha1': {
    form: /^[0-9a-f]{18,40}$/,
    expected: (digest, secret, text) => digest.sha1(secret + text),
  },
  /** Cloudimage `ci_seal`: SHA-1 of path, sealed parameters and salt. */
  'cloudimage-seal-sha1': {
    form: /^[0-9a-f]{18,40}$/,
    expected: (digest, secret, text) => digest.sha1(text + secret),
  },
  /** Cloudinary `s--…--`: 8 characters of SHA-1, or 32 of SHA-256, of the text and the API secret. */
  'cloudinary-sha': {
    form: /^(?:[A-Za-z0-9_-]{8}|[A-Za-z0-9_-]{32})$/,
    expected: (digest, secret, text, length) =>
      base64Url(length === 8 ? digest.sha1(text + secret) : digest.sha256(text + secret)),
  },
  /** ImageKit `ik-s`. */
  'imagekit-hmac-sha1': {
    form: /^[0-9a-f]{40}$/,
    expected: (digest, secret, text) => digest.hmacSha1(secret, text),
  },
  /** imgproxy, with the secret both as key and as salt. */
  'imgproxy-hmac-sha256': {
    form: /^[A-Za-z0-9_-]{43}$/,
    expected: (digest, secret, text) => base64Url(digest.hmacSha256(secret, secret + text)),
  },
} as const satisfies Readonly<Record<string, Scheme>>

export type SignatureScheme = keyof typeof signatureSchemes

/** The row as its general type. */
export function schemeNamed(name: SignatureScheme): Scheme {
  return signatureSchemes[name]
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** base64url without padding of bytes written as hex digits. Source: RFC 4648 §5 */
function base64Url(hex: string): string {
  let text = ''
  for (let at = 0; at < hex.length; at += 6) {
    const digits = hex.slice(at, at + 6)
    const value = Number.parseInt(digits.padEnd(6, '0'), 16)
    const count = Math.ceil((digits.length * 4) / 6)
    for (let index = 0; index < count; index++) text += alphabet[(value >> (18 - index * 6)) & 63]
  }
  return text
}
