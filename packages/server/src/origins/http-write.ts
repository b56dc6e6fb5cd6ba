/** One PUT of an object through the guarded fetch, and what its status means. */
import { type Problem, problem } from '@fovea/core'
import type { Egress, FetchRequest } from '../egress/index.ts'
import type { WrittenObject } from './origin.ts'

export interface HttpWrite extends Pick<FetchRequest, 'url' | 'timeoutMs'> {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  /** What the caller named, for error texts: bucket and path. */
  readonly shown: string
  readonly signal: AbortSignal
}

/** Nothing of the answer matters but its head. */
const maxAnswerBytes = 1024 * 1024
/** "The condition is not met" in S3 and Azure; the first one says 409 when two come at once. */
const taken: ReadonlySet<number> = new Set([409, 412])

/** @throws Problem `origin/exists` where the condition of the headers is not met, `origin/…` for other refusals */
export async function httpWrite(egress: Egress, { shown, ...request }: HttpWrite): Promise<WrittenObject> {
  const answer = await egress.fetch({ ...request, method: 'PUT', maxBytes: maxAnswerBytes, maxRedirects: 0 })
  answer.discard()
  if (answer.status >= 200 && answer.status < 300) return { etag: answer.headers.get('etag') }
  throw refusal(answer.status, shown)
}

function refusal(status: number, shown: string): Problem {
  const members = { originStatus: status }
  if (taken.has(status))
    return problem('origin/exists', {
      detail: `There is something at ${shown} already; "overwrite": true replaces it.`,
      members,
    })
  const detail = `The origin answered ${status} when ${shown} was written.`
  if (status === 429 || status === 503)
    return problem('origin/busy', { detail, members, retryAfterSeconds: 10 })
  return problem(status < 500 ? 'origin/refused' : 'origin/invalid-response', { detail, members })
}
