/**
 * Tells a customer's server that something is done: one signed POST.
 *
 * Header names and the signed text are those of Standard Webhooks 1.0, so receivers can verify with its libraries:
 * `webhook-signature: v1,` and the base64 HMAC-SHA256 of `{webhook-id}.{webhook-timestamp}.{body}`. While a secret is
 * being replaced there are two keys, and two signatures separated by a space.
 *
 * Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
import { createHmac } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { Egress, FetchResponse } from '../egress/index.ts'

export interface WebhookMessage {
  readonly url: string
  /** The same in every attempt: receivers tell repetitions by it. */
  readonly id: string
  /** Beside those of the signature. */
  readonly headers?: Readonly<Record<string, string>>
  readonly body: Buffer
  /** Each makes a signature; a text stands for its UTF-8. */
  readonly keys: readonly (string | Buffer)[]
  /** For the whole attempt. */
  readonly timeoutMs: number
}

/** How an attempt ended. */
export interface WebhookAnswer {
  /** Why it was not taken, in a sentence; `undefined` when it was. */
  readonly refusal: string | undefined
  /** Absent when there was no answer. */
  readonly status: number | undefined
  /** Beginning of the answer's body, for people who look for what went wrong. */
  readonly text: string
  readonly durationMs: number
}

/** A longer answer is refused unread: nothing of it matters but its status. */
const maxAnswerBytes = 1024 * 1024
/** What is kept of it. */
const keptBytes = 1024
/** Hashed in about a millisecond. */
const sliceBytes = 1024 * 1024

/** Waits before each further attempt, ms: eleven hours in all. */
const pauses = [5_000, 30_000, 120_000, 600_000, 1_800_000, 7_200_000, 28_800_000] as const

/** How long to wait behind attempt number `attempt` (from 1); `undefined` when it was the last. */
export function pauseAfter(attempt: number): number | undefined {
  return pauses[attempt - 1]
}

/** @throws Problem `request/client-closed` when `signal` fired */
export async function sendWebhook(
  egress: Egress,
  { url, id, headers, body, keys, timeoutMs }: WebhookMessage,
  signal: AbortSignal,
): Promise<WebhookAnswer> {
  const timestamp = Math.floor(Date.now() / 1000)
  const signature = await signatures(keys, `${id}.${timestamp}.`, body)
  const start = performance.now()
  const elapsed = () => Math.round(performance.now() - start)
  try {
    const answer = await egress.fetch({
      url,
      method: 'POST',
      httpsOnly: true,
      // A redirect would repeat the message to an address that nobody named.
      maxRedirects: 0,
      timeoutMs,
      maxBytes: maxAnswerBytes,
      headers: {
        ...headers,
        'content-type': 'application/json',
        accept: '*/*',
        'webhook-id': id,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': signature,
      },
      body,
      signal,
    })
    const { status } = answer
    const text = await beginningOf(answer)
    const isTaken = status >= 200 && status < 300
    const refusal = isTaken ? undefined : `the webhook answered ${status}`
    return { refusal, status, text, durationMs: elapsed() }
  } catch (error) {
    if (signal.aborted || !(error instanceof Error)) throw error
    return { refusal: error.message, status: undefined, text: '', durationMs: elapsed() }
  }
}

/** Hashed with pauses: a body may have 70 MB, and this process may be answering requests. */
async function signatures(keys: WebhookMessage['keys'], before: string, body: Buffer): Promise<string> {
  const hashes = keys.map((key) => createHmac('sha256', key).update(before))
  for (let at = 0; at < body.length; at += sliceBytes) {
    for (const hash of hashes) hash.update(body.subarray(at, at + sliceBytes))
    await setImmediate()
  }
  return hashes.map((hash) => `v1,${hash.digest('base64')}`).join(' ')
}

/** An answer that breaks off has its status all the same. */
async function beginningOf(answer: FetchResponse): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    for await (const chunk of answer.body) {
      chunks.push(chunk)
      length += chunk.length
      if (length >= keptBytes) break
    }
  } catch {
    // What came before it broke off is kept.
  }
  answer.discard()
  // PostgreSQL takes no NUL in a text.
  return Buffer.concat(chunks).subarray(0, keptBytes).toString('utf8').replaceAll('\0', '')
}
