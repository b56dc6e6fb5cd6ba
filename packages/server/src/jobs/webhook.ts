/**
 * Tells a customer's server that something is done: one signed POST.
 *
 * Header names and the signed text are those of Standard Webhooks 1.0, so receivers can verify with its libraries:
 * `webhook-signature: v1,` and the base64 HMAC-SHA256 of `{webhook-id}.{webhook-timestamp}.{body}`. The key is the UTF-8
 * of a signing secret of the project; with two live secrets there are two signatures, separated by a space.
 *
 * Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
import { createHmac } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { Egress } from '../egress/index.ts'
import type { SigningSecret } from '../projects/index.ts'

export interface WebhookMessage {
  readonly url: string
  /** The same in every attempt: receivers tell repetitions by it. */
  readonly id: string
  readonly body: Buffer
  readonly secrets: readonly SigningSecret[]
}

const timeoutMs = 20_000
/** Nothing of the answer matters but its status. */
const maxAnswerBytes = 1024 * 1024
/** Hashed in about a millisecond. */
const sliceBytes = 1024 * 1024

/** Waits before each further attempt, ms: eleven hours in all. */
const pauses = [5_000, 30_000, 120_000, 600_000, 1_800_000, 7_200_000, 28_800_000] as const

/** How long to wait behind attempt number `attempt` (from 1); `undefined` when it was the last. */
export function pauseAfter(attempt: number): number | undefined {
  return pauses[attempt - 1]
}

/** `undefined` when it was taken, else why not, in a sentence. @throws Problem `request/client-closed` when stopped */
export async function sendWebhook(
  egress: Egress,
  { url, id, body, secrets }: WebhookMessage,
  signal: AbortSignal,
): Promise<string | undefined> {
  const timestamp = Math.floor(Date.now() / 1000)
  try {
    const answer = await egress.fetch({
      url,
      method: 'POST',
      httpsOnly: true,
      // A redirect would repeat the result to an address that nobody named.
      maxRedirects: 0,
      timeoutMs,
      maxBytes: maxAnswerBytes,
      headers: {
        'content-type': 'application/json',
        accept: '*/*',
        'webhook-id': id,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': await signatures(secrets, `${id}.${timestamp}.`, body),
      },
      body,
      signal,
    })
    answer.discard()
    return answer.status >= 200 && answer.status < 300 ? undefined : `the webhook answered ${answer.status}`
  } catch (error) {
    if (signal.aborted || !(error instanceof Error)) throw error
    return error.message
  }
}

/** Hashed with pauses: a body may have 70 MB, and this process may be answering requests. */
async function signatures(secrets: readonly SigningSecret[], before: string, body: Buffer): Promise<string> {
  const hashes = secrets.map(({ secret }) => createHmac('sha256', secret).update(before))
  for (let at = 0; at < body.length; at += sliceBytes) {
    for (const hash of hashes) hash.update(body.subarray(at, at + sliceBytes))
    await setImmediate()
  }
  return hashes.map((hash) => `v1,${hash.digest('base64')}`).join(' ')
}
