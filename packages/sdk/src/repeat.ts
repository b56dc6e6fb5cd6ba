/**
 * Repeats what the server asks to repeat.
 *
 * 429 and 503 mean "not now": the call was not carried out, so repeating it is safe for every method. `Retry-After`
 * is honoured; without it the wait doubles, with jitter so that many clients do not come back together.
 */
import { errorOf } from './fovea-error.ts'

const firstWaitMs = 250
const longestOwnWaitMs = 8_000
/** A server that asks for more is reported instead: no caller expects to hang for minutes. */
const longestAskedWaitMs = 60_000

/** @throws FoveaError for every answer that is no success; the signal's reason when it fires */
export async function successOf(
  attempt: () => Promise<Response>,
  { retries, signal }: { readonly retries: number; readonly signal?: AbortSignal | undefined },
): Promise<Response> {
  for (let count = 0; ; count++) {
    const response = await attempt()
    if (response.ok) return response
    const wait = response.status === 429 || response.status === 503 ? waitOf(response, count) : undefined
    if (wait === undefined || wait > longestAskedWaitMs || count >= retries) throw await errorOf(response)
    await response.body?.cancel()
    await pause(wait, signal)
  }
}

/** Milliseconds until the next attempt. Source: RFC 9110 §10.2.3, seconds or a date. */
function waitOf(response: Response, count: number): number {
  const asked = response.headers.get('retry-after')?.trim() ?? ''
  if (/^\d{1,9}$/.test(asked)) return Number(asked) * 1000
  const date = Date.parse(asked)
  if (!Number.isNaN(date)) return Math.max(0, date - Date.now())
  return Math.min(longestOwnWaitMs, firstWaitMs * 2 ** count) * (0.5 + Math.random() / 2)
}

/** @throws the signal's reason when it fires */
export function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const stop = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, milliseconds)
    signal?.addEventListener('abort', stop, { once: true })
  })
}
