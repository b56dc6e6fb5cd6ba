/**
 * Builds and signs URLs with Web Crypto, without asking the server.
 *
 * The signature is the lower-case hex HMAC-SHA256 of the raw text behind `/{form}/{project}/`, `exp` and `kid`
 * included, and goes last.
 */
import type { Edit, EditOutput } from './edits.ts'

export interface UrlOptions {
  /** Moment the URL stops working: a date, or seconds from now. Without it the URL works until the secret is rotated. */
  readonly expires?: Date | number | undefined
}

export interface Payload {
  readonly key: string
  readonly edits?: Edit | readonly Edit[] | undefined
  readonly output?: EditOutput | undefined
  readonly metadata?: true
}

/** base64url of the payload's JSON, `key` first. */
export function encodePayload({ key, edits, output, metadata }: Payload): string {
  const bytes = new TextEncoder().encode(JSON.stringify({ key, edits, output, metadata }))
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

/**
 * Adds expiry, key id and signature to the text behind a mount.
 * @throws TypeError when the expiry is no moment to come
 */
export async function signed(
  text: string,
  { secret, keyId }: { readonly secret: string; readonly keyId: string | undefined },
  { expires }: UrlOptions = {},
): Promise<string> {
  let signable = text
  const add = (parameter: string) => {
    signable += `${signable.includes('?') ? '&' : '?'}${parameter}`
  }
  if (expires !== undefined) add(`exp=${expirySeconds(expires)}`)
  if (keyId !== undefined) add(`kid=${encodeURIComponent(keyId)}`)
  const mac = await crypto.subtle.sign('HMAC', await importedKey(secret), new TextEncoder().encode(signable))
  add(`sig=${Array.from(new Uint8Array(mac), (byte) => byte.toString(16).padStart(2, '0')).join('')}`)
  return signable
}

let lastKey: { readonly secret: string; readonly key: Promise<CryptoKey> } | undefined

/** A page of pictures is signed with one secret: importing it once is enough. */
function importedKey(secret: string): Promise<CryptoKey> {
  if (lastKey?.secret !== secret) {
    const algorithm = { name: 'HMAC', hash: 'SHA-256' }
    const bytes = new TextEncoder().encode(secret)
    lastKey = { secret, key: crypto.subtle.importKey('raw', bytes, algorithm, false, ['sign']) }
  }
  return lastKey.key
}

/** Unix seconds, rounded up: a URL never ends before its caller meant it to. */
function expirySeconds(expires: Date | number): number {
  const now = Date.now()
  const moment = expires instanceof Date ? expires.getTime() : now + expires * 1000
  if (moment > now) return Math.ceil(moment / 1000)
  throw new TypeError(
    `Fovea: "expires" must be a moment to come, in seconds from now or as a date, not ${String(expires)}.`,
  )
}
