/**
 * Proves that a message came from the server and is fresh: Standard Webhooks 1.0, by Web Crypto, whose comparison takes
 * the same time wherever signatures differ.
 *
 * Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
import type { WebhookEvents } from './webhook-events.ts'

/** A message, by its `type`. */
export type WebhookMessage = {
  [T in keyof WebhookEvents]: {
    readonly type: T
    /** RFC 3339: when it happened. */
    readonly timestamp: string
    /** Id of the project. */
    readonly project: string
    /** Somebody only wants to see something arrive. */
    readonly test?: true
    readonly data: WebhookEvents[T]
  }
}[keyof WebhookEvents]

/** Headers of Node, or of the web. */
export type WebhookHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>

/** The message is not to be believed. Answer 400, and do nothing. */
export class WebhookError extends Error {
  override readonly name = 'WebhookError'
}

const algorithm = { name: 'HMAC', hash: 'SHA-256' }
/** How far the clocks of server and receiver may differ, seconds. */
const toleranceSeconds = 300
const prefix = 'whsec_'

/**
 * Returns the message of a body that one of `secrets` (`whsec_…`) has signed in the last five minutes. `body` is the raw
 * one: what was parsed and written again has other bytes. Repetitions are told by the header `webhook-id`.
 * @throws WebhookError when it is not so; TypeError for a secret that is none
 */
export async function verifyWebhook(
  body: string | Uint8Array,
  headers: WebhookHeaders,
  secrets: string | readonly string[],
): Promise<WebhookMessage> {
  const id = headerOf(headers, 'webhook-id')
  const timestamp = headerOf(headers, 'webhook-timestamp')
  const signatures = headerOf(headers, 'webhook-signature').split(' ')
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body)
  if (!/^\d{1,12}$/.test(timestamp)) throw new WebhookError('"webhook-timestamp" is no time.')
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > toleranceSeconds)
    throw new WebhookError('The message is too old or from the future.')
  const signed = new TextEncoder().encode(`${id}.${timestamp}.${text}`)
  const sent = signatures.flatMap((one) => (one.startsWith('v1,') ? bytesOf(one.slice(3)) : []))
  for (const secret of [secrets].flat()) {
    const key = await keyOf(secret)
    for (const signature of sent)
      if (await crypto.subtle.verify(algorithm, key, signature, signed)) return messageOf(text)
  }
  throw new WebhookError('No signature fits: the secret is another one, or the body was changed.')
}

function headerOf(headers: WebhookHeaders, name: string): string {
  const value = headers instanceof Headers ? headers.get(name) : headers[name]
  if (typeof value === 'string') return value
  throw new WebhookError(`The header "${name}" is missing.`)
}

async function keyOf(secret: string): Promise<CryptoKey> {
  const [bytes] = secret.startsWith(prefix) ? bytesOf(secret.slice(prefix.length)) : []
  if (bytes === undefined) throw new TypeError('A webhook secret is "whsec_" and base64.')
  return crypto.subtle.importKey('raw', bytes, algorithm, false, ['verify'])
}

/** None for what is no base64. */
function bytesOf(base64: string): readonly Uint8Array<ArrayBuffer>[] {
  try {
    return [Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))]
  } catch {
    return []
  }
}

function messageOf(text: string): WebhookMessage {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new WebhookError('The body is no JSON.', { cause })
  }
}
