/** One attempt of a request: it ends with an answer, at its deadline, or with its caller. */
import { FoveaError } from './fovea-error.ts'
import { sendWatched } from './send-watched.ts'

export interface Attempt {
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly redirect: RequestRedirect
  readonly body?: string | FormData | Blob | undefined
  /** Told how much of the body has left, 0–1. */
  readonly onProgress?: ((share: number) => void) | undefined
  readonly signal?: AbortSignal | undefined
  /** Without what a large body needs to leave. */
  readonly timeoutMs: number
  /** The platform's when absent. */
  readonly fetch?: typeof globalThis.fetch | undefined
}

/** Bytes in a millisecond that the slowest line is taken to carry: half a megabit in a second. */
const slowestBytesPerMs = 64

/** @throws FoveaError without an answer; the signal's reason when it fires */
export async function attemptOnce(attempt: Attempt): Promise<Response> {
  const { url, method, headers, redirect, body, onProgress, signal, fetch: ownFetch } = attempt
  const size = sizeOf(body)
  const timeoutMs = attempt.timeoutMs + Math.ceil(size / slowestBytesPerMs)
  const deadline = AbortSignal.timeout(timeoutMs)
  const init = {
    ...{ method, headers, ...(body === undefined ? {} : { body }) },
    redirect,
    signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
  }
  try {
    if (onProgress !== undefined && body !== undefined)
      return await sendWatched(url, { ...init, body, size, onProgress, ownFetch })
    return await (ownFetch ?? globalThis.fetch)(url, init)
  } catch (cause) {
    if (signal?.aborted) throw signal.reason
    const reason = deadline.aborted ? `did not answer within ${timeoutMs} ms` : 'could not be reached'
    throw new FoveaError(`The server ${reason}.`, { status: 0, cause })
  }
}

/** Bytes of files: what is beside them does not count. */
function sizeOf(body: Attempt['body']): number {
  if (body instanceof Blob) return body.size
  if (!(body instanceof FormData)) return 0
  let size = 0
  for (const value of body.values()) if (value instanceof Blob) size += value.size
  return size
}
