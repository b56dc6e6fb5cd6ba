/** One conditional GET through the guarded fetch, and what its status means. */
import { type Problem, type ProblemCode, problem } from '@fovea/core'
import type { Egress, FetchRequest, FetchResponse } from '../egress/index.ts'
import type { OriginAnswer, Validators } from './origin.ts'

export interface HttpRead extends Omit<FetchRequest, 'method' | 'body'> {
  readonly known: Validators | undefined
  /** What the caller named, for error texts; host and path of the URL when absent. */
  readonly shown?: string
}

/** The statuses that are passed on as they are; any other refusal is a 403. */
const refusals: ReadonlyMap<number, ProblemCode> = new Map([
  [400, 'origin/bad-request'],
  [404, 'origin/not-found'],
  [410, 'origin/gone'],
  [429, 'origin/busy'],
])

/** @throws Problem `origin/…` for every answer that is no file */
export async function httpRead(egress: Egress, request: HttpRead): Promise<OriginAnswer> {
  const { known, shown = shortened(request.url), ...plain } = request
  const response = await egress.fetch({
    ...plain,
    headers: { ...plain.headers, ...conditions(known) },
  })
  const { status, headers, body } = response
  if (status === 304 && known !== undefined) {
    response.discard()
    return { kind: 'unchanged', headers }
  }
  if (status !== 200) {
    response.discard()
    throw refusal(response, shown)
  }
  const etag = headers.get('etag')
  const lastModified = headers.get('last-modified')
  const validators = {
    ...(etag === undefined ? {} : { etag }),
    ...(lastModified === undefined ? {} : { lastModified }),
  }
  return { kind: 'found', headers, validators, body, discard: () => response.discard() }
}

/** `If-None-Match` beside `If-Modified-Since`, as RFC 9110 §13.1.3 has it: servers that know both look at the first. */
function conditions(known: Validators | undefined): Readonly<Record<string, string>> {
  return {
    ...(known?.etag === undefined ? {} : { 'if-none-match': known.etag }),
    ...(known?.lastModified === undefined ? {} : { 'if-modified-since': known.lastModified }),
  }
}

/** Without the query: it may hold a secret. */
function shortened(url: string): string {
  const parsed = URL.parse(url)
  return parsed === null ? 'the address' : `${parsed.host}${parsed.pathname}`.slice(0, 200)
}

function refusal({ status, headers }: FetchResponse, shown: string): Problem {
  const detail = `The origin answered ${status} for ${shown}.`
  const members = { originStatus: status }
  if (status >= 400 && status < 500) {
    const retryAfter = Number(headers.get('retry-after'))
    return problem(refusals.get(status) ?? 'origin/refused', {
      detail,
      members,
      ...(status === 429 ? { retryAfterSeconds: retryAfter > 0 ? Math.min(retryAfter, 3_600) : 10 } : {}),
    })
  }
  if (status === 504) return problem('origin/timeout', { detail, members })
  return problem('origin/invalid-response', { detail, members })
}
