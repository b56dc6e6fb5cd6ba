/**
 * The one way out: every request to an address that somebody else named goes through here (origins, overlays, uploads
 * from a URL, webhooks).
 *
 * What is sent is exactly what is listed below; nothing of a client's request is passed on. Redirects are followed by
 * hand and checked like the first URL. The body is identity-encoded, capped while it streams, and never longer alive
 * than the deadline; a body that ends early is an error, so that a truncated image is never taken for a whole one.
 */
import type { lookup } from 'node:dns'
import type { Readable } from 'node:stream'
import { type Problem, problem } from '@fovea/core'
import { type Dispatcher, errors } from 'undici'
import { checkHost, forbiddenHost } from './check-host.ts'
import { guardedDispatcher, isRefusal } from './guarded-dispatcher.ts'
import type { EgressPolicy } from './policy.ts'
import { parseRemoteUrl, type UrlRules } from './remote-url.ts'

export interface FetchRequest extends UrlRules {
  readonly url: string
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT'
  /** Sent to this URL's origin; not repeated to another one after a redirect. */
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  /** From the first byte sent to the last received, redirects included, ms. */
  readonly timeoutMs: number
  /** Longest silence in between, ms; `timeoutMs` when absent. */
  readonly idleMs?: number
  /** Longest body, bytes. */
  readonly maxBytes: number
  /** Redirects that are followed, 0–3. */
  readonly maxRedirects?: number
  /** Called with every URL before it is asked, the first one and each redirect; throws to refuse it. */
  readonly onUrl?: (url: URL) => void
  readonly signal?: AbortSignal
}

export interface FetchResponse {
  readonly status: number
  /** Names in lower case; of a repeated one the values joined with ", ". */
  readonly headers: ReadonlyMap<string, string>
  /** Where the answer came from, behind all redirects. */
  readonly url: URL
  /**
   * The body once. Fails with Problem `source/too-large` over `maxBytes`, `origin/timeout`, and `origin/unreachable`
   * when it breaks off. Consume it or call `discard`.
   */
  readonly body: AsyncIterable<Uint8Array>
  /** Reads no further and lets the connection go. */
  discard(): void
}

export interface GuardedFetchOptions {
  readonly policy: EgressPolicy
  readonly connectMs?: number
  readonly lookup?: typeof lookup
}

const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])
const userAgent = 'Fovea'

export class GuardedFetch {
  readonly #policy: EgressPolicy
  readonly #dispatcher: Dispatcher

  constructor({ policy, connectMs = 5_000, lookup: resolver }: GuardedFetchOptions) {
    this.#policy = policy
    this.#dispatcher = guardedDispatcher({
      policy,
      connectMs,
      ...(resolver === undefined ? {} : { lookup: resolver }),
    })
  }

  /**
   * @throws Problem `origin/forbidden` for a URL, address or redirect that is not allowed, `origin/timeout`,
   * `origin/unreachable`, `origin/invalid-response`; `request/client-closed` when `signal` fired
   */
  async fetch(request: FetchRequest): Promise<FetchResponse> {
    const deadline = AbortSignal.timeout(request.timeoutMs)
    const signal = request.signal === undefined ? deadline : AbortSignal.any([deadline, request.signal])
    const { maxRedirects = 3 } = request
    const rules: UrlRules = { ...request, mayBePlain: (named) => this.#policy.names(named) }
    const first = parseRemoteUrl(request.url, rules)
    let url = first
    for (let hops = 0; ; hops++) {
      checkHost(url, this.#policy)
      request.onUrl?.(url)
      const explained = (error: unknown) => explain(error, url, request.signal)
      const answer = await this.#send(url, request, url.origin === first.origin, signal).catch(
        (error: unknown) => Promise.reject(explained(error)),
      )
      const location = answer.headers.location
      if (!redirectStatuses.has(answer.statusCode) || typeof location !== 'string') {
        return this.#accept(answer, url, request, explained)
      }
      discard(answer.body)
      if (hops >= maxRedirects) {
        throw problem('origin/invalid-response', {
          detail: `${shown(first)} redirects more than ${maxRedirects} times.`,
        })
      }
      url = redirectedTo(url, location, rules)
    }
  }

  close(): Promise<void> {
    return this.#dispatcher.destroy()
  }

  #send(url: URL, request: FetchRequest, isFirstOrigin: boolean, signal: AbortSignal) {
    const { method = 'GET', headers = {}, body, timeoutMs, idleMs = timeoutMs } = request
    return this.#dispatcher.request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method,
      headers: {
        'user-agent': userAgent,
        accept: 'image/*,*/*;q=0.1',
        ...(isFirstOrigin ? headers : {}),
        'accept-encoding': 'identity',
      },
      body: body ?? null,
      headersTimeout: timeoutMs,
      bodyTimeout: idleMs,
      signal,
    })
  }

  #accept(
    answer: Dispatcher.ResponseData,
    url: URL,
    request: FetchRequest,
    explained: (error: unknown) => Problem,
  ): FetchResponse {
    const headers = flat(answer.headers)
    const encoding = headers.get('content-encoding') ?? 'identity'
    const refuse = (failure: Problem) => {
      discard(answer.body)
      return failure
    }
    if (encoding.toLowerCase() !== 'identity') {
      throw refuse(
        problem('origin/invalid-response', {
          detail: `${shown(url)} answered with the encoding ${encoding.slice(0, 40)} although none was asked for.`,
        }),
      )
    }
    const length = Number(headers.get('content-length') ?? 0)
    if (request.method !== 'HEAD' && length > request.maxBytes) {
      throw refuse(tooLarge(url, request.maxBytes, length))
    }
    return {
      status: answer.statusCode,
      headers,
      url,
      body: capped(answer.body, url, request.maxBytes, explained),
      discard: () => discard(answer.body),
    }
  }
}

async function* capped(
  body: Readable,
  url: URL,
  maxBytes: number,
  explained: (error: unknown) => Problem,
): AsyncGenerator<Uint8Array> {
  let received = 0
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      received += chunk.length
      if (received > maxBytes) throw tooLarge(url, maxBytes, received)
      yield chunk
    }
  } catch (error) {
    throw explained(error)
  } finally {
    discard(body)
  }
}

/** The next URL. Never from https to http, and checked like one that a stranger wrote. */
function redirectedTo(from: URL, location: string, rules: UrlRules): URL {
  const target = URL.parse(location, from)
  if (target === null) {
    throw problem('origin/invalid-response', {
      detail: `${shown(from)} redirects to something that is no URL.`,
    })
  }
  const url = parseRemoteUrl(target.href, rules)
  if (from.protocol === 'https:' && url.protocol !== 'https:') {
    throw problem('origin/forbidden', { detail: `${shown(from)} redirects from https to http.` })
  }
  return url
}

function explain(error: unknown, url: URL, signal: AbortSignal | undefined): Problem {
  if (error instanceof Error && error.name === 'Problem') return error as Problem
  if (signal?.aborted === true) return problem('request/client-closed', { cause: error })
  if (isRefusal(error)) return forbiddenHost(url)
  if (isTimeout(error)) {
    return problem('origin/timeout', { detail: `${shown(url)} did not answer in time.`, cause: error })
  }
  return problem('origin/unreachable', { detail: `${shown(url)} could not be read.`, cause: error })
}

function isTimeout(error: unknown): boolean {
  return (
    error instanceof errors.HeadersTimeoutError ||
    error instanceof errors.BodyTimeoutError ||
    error instanceof errors.ConnectTimeoutError ||
    (error instanceof DOMException && error.name === 'TimeoutError')
  )
}

function tooLarge(url: URL, limit: number, actual: number): Problem {
  return problem('source/too-large', {
    detail: `${shown(url)} has more than ${limit} bytes.`,
    members: { limitBytes: limit, actualBytes: actual },
  })
}

/** Host and path without the query: it may hold a secret. */
function shown(url: URL): string {
  return `${url.host}${url.pathname}`.slice(0, 200)
}

function flat(headers: Dispatcher.ResponseData['headers']): ReadonlyMap<string, string> {
  const pairs = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value] as const],
  )
  return new Map(pairs)
}

function discard(body: Readable): void {
  body.on('error', ignore).destroy()
}

function ignore(): void {}
