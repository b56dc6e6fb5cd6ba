/**
 * Calls the server and repeats what it asks to repeat.
 *
 * 429 and 503 mean "not now": the call was not carried out, so repeating it is safe for every method. `Retry-After`
 * is honoured; without it the wait doubles, with jitter so that many clients do not come back together.
 */
import { errorOf, FoveaError } from './fovea-error.ts'

export interface Connection {
  /** Without a trailing slash. */
  readonly baseUrl: string
  readonly apiKey: string
  readonly fetch: typeof globalThis.fetch
  readonly retries: number
  readonly timeoutMs: number
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined
}

export interface Call extends CallOptions {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Absolute, or a path of the server. */
  readonly target: string
  /** Anything that can be sent twice; a stream cannot. */
  readonly body?: FormData
  /** Sent as JSON instead of a body. */
  readonly json?: unknown
  /** Whether the API key goes along; image URLs carry their own signature. */
  readonly authorised: boolean
}

const firstWaitMs = 250
const longestOwnWaitMs = 8_000
/** A server that asks for more is reported instead: no caller expects to hang for minutes. */
const longestAskedWaitMs = 60_000

/** @throws FoveaError for every answer that is no success; the signal's reason when it fires */
async function call(
  connection: Connection,
  { method = 'GET', target, body, json, authorised, signal }: Call,
): Promise<Response> {
  const url = target.startsWith('/') ? connection.baseUrl + target : target
  const init: RequestInit = {
    method,
    headers: {
      accept: 'application/json',
      ...(authorised ? { authorization: `Bearer ${connection.apiKey}` } : {}),
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(json === undefined ? (body === undefined ? {} : { body }) : { body: JSON.stringify(json) }),
  }
  for (let attempt = 0; ; attempt++) {
    const response = await attemptOnce(connection, url, init, signal)
    if (response.ok) return response
    const wait = response.status === 429 || response.status === 503 ? waitOf(response, attempt) : undefined
    if (wait === undefined || wait > longestAskedWaitMs || attempt >= connection.retries)
      throw await errorOf(response)
    await response.body?.cancel()
    await pause(wait, signal)
  }
}

/** For calls whose answer says nothing but that they succeeded. @throws as `call` */
export async function callOnly(connection: Connection, request: Call): Promise<void> {
  const response = await call(connection, request)
  await response.body?.cancel()
}

/** The JSON of a successful answer. @throws FoveaError when it is none */
export async function callJson(connection: Connection, request: Call): Promise<unknown> {
  const response = await call(connection, request)
  const text = await response.text().catch((cause: unknown) => {
    if (request.signal?.aborted) throw request.signal.reason
    throw new FoveaError('The answer broke off.', { status: response.status, cause })
  })
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new FoveaError('The server did not answer with JSON; is the address right?', {
      status: response.status,
      body: text,
      cause,
    })
  }
}

async function attemptOnce(
  connection: Connection,
  url: string,
  init: RequestInit,
  signal: AbortSignal | undefined,
): Promise<Response> {
  const deadline = AbortSignal.timeout(connection.timeoutMs)
  try {
    return await connection.fetch(url, {
      ...init,
      signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
    })
  } catch (cause) {
    if (signal?.aborted) throw signal.reason
    const reason = deadline.aborted
      ? `did not answer within ${connection.timeoutMs} ms`
      : 'could not be reached'
    throw new FoveaError(`The server ${reason}.`, { status: 0, cause })
  }
}

/** Milliseconds until the next attempt. Source: RFC 9110 §10.2.3, seconds or a date. */
function waitOf(response: Response, attempt: number): number {
  const asked = response.headers.get('retry-after')?.trim() ?? ''
  if (/^\d{1,9}$/.test(asked)) return Number(asked) * 1000
  const date = Date.parse(asked)
  if (!Number.isNaN(date)) return Math.max(0, date - Date.now())
  return Math.min(longestOwnWaitMs, firstWaitMs * 2 ** attempt) * (0.5 + Math.random() / 2)
}

function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
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
