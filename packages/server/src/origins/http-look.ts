/** One HEAD of an object through the guarded fetch. */
import { problem } from '@fovea/core'
import type { Egress } from '../egress/index.ts'
import type { HttpWrite } from './http-write.ts'
import type { FoundObject } from './origin.ts'

export interface HttpLook extends Omit<HttpWrite, 'body'> {
  /** The header that holds the mark. */
  readonly markHeader: string
}

/** S3 answers 403 for what is not there to whoever may not list the bucket. */
const hidden: ReadonlySet<number> = new Set([403, 404])

/** `undefined` for what is not there or may not be seen. @throws Problem `origin/…` */
export async function httpLook(
  egress: Egress,
  { shown, markHeader, ...request }: HttpLook,
): Promise<FoundObject | undefined> {
  const answer = await egress.fetch({ ...request, method: 'HEAD', maxBytes: 0, maxRedirects: 0 })
  answer.discard()
  const { status, headers } = answer
  if (hidden.has(status)) return undefined
  if (status === 200) return { etag: headers.get('etag'), mark: headers.get(markHeader) }
  const busy = status === 429 || status === 503
  throw problem(busy ? 'origin/busy' : 'origin/invalid-response', {
    detail: `The origin answered ${status} when it was asked for ${shown}.`,
    members: { originStatus: status },
    ...(busy ? { retryAfterSeconds: 10 } : {}),
  })
}
