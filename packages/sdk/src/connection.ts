/** Calls the server and reads what it answers. */
import { attemptOnce } from './attempt.ts'
import { FoveaError } from './fovea-error.ts'
import { successOf } from './repeat.ts'

export interface Connection {
  /** Without a trailing slash. */
  readonly baseUrl: string
  /** Headers that say who asks, where no cookie does. */
  readonly credentials: Readonly<Record<string, string>>
  /** The platform's when absent. */
  readonly fetch?: typeof globalThis.fetch | undefined
  readonly retries: number
  readonly timeoutMs: number
}

/** What a connection is unless its user says otherwise. */
export const usual = { retries: 2, timeoutMs: 60_000 } as const

export interface CallOptions {
  readonly signal?: AbortSignal | undefined
}

export interface Call extends CallOptions {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Absolute, or a path of the server. */
  readonly target: string
  readonly headers?: Readonly<Record<string, string>>
  /** Anything that can be sent twice; a stream cannot. */
  readonly body?: FormData | Blob
  /** Sent as JSON instead of a body. */
  readonly json?: unknown
  /** Told how much of the body has left, 0–1. */
  readonly onProgress?: ((share: number) => void) | undefined
  /** Whether the credentials go along; image URLs carry their own signature. */
  readonly authorised: boolean
}

/** Of each client: parts that are imported by themselves speak to its server. */
export const connections = new WeakMap<object, Connection>()

/** @throws TypeError for what is no client */
export function connectionOf(client: object): Connection {
  const connection = connections.get(client)
  if (connection === undefined) throw new TypeError('Fovea: this is not a client.')
  return connection
}

/** @throws FoveaError for every answer that is no success; the signal's reason when it fires */
function call(connection: Connection, request: Call): Promise<Response> {
  const { method = 'GET', target, headers, body, json, authorised, signal, onProgress } = request
  const { baseUrl, credentials, fetch, retries, timeoutMs } = connection
  const attempt = {
    url: target.startsWith('/') ? baseUrl + target : target,
    method,
    headers: {
      accept: 'application/json',
      ...(authorised ? credentials : {}),
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    body: json === undefined ? body : JSON.stringify(json),
    // Behind it a change would arrive without its key, and often as a GET.
    redirect: authorised && method !== 'GET' ? ('manual' as const) : ('follow' as const),
    ...{ onProgress, signal, timeoutMs, fetch },
  }
  return successOf(() => attemptOnce(attempt), { retries, signal })
}

/** For calls whose answer says nothing but that they succeeded. @throws as `call` */
export async function callOnly(connection: Connection, request: Call): Promise<void> {
  const response = await call(connection, request)
  await response.body?.cancel()
}

/** The body of a successful answer; the caller reads it to its end or cancels it. @throws as `call` */
export async function callStream(connection: Connection, request: Call): Promise<ReadableStream<Uint8Array>> {
  const { body } = await call(connection, request)
  return body ?? new Blob().stream()
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
