/**
 * The guarded way out in the form of `fetch`, for libraries that speak OAuth: whole small answers, no redirects, and
 * https alone but for places that the operator named.
 */
import type { Egress } from './lazy-egress.ts'

interface Init {
  readonly method?: string | undefined
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

const timeoutMs = 10_000
/** A discovery document or a key set is a few kilobytes. */
const maxBytes = 512 * 1024

/** @throws Problem `origin/…`, `source/too-large` */
export async function egressFetch(egress: Egress, url: string, init: Init = {}): Promise<Response> {
  const { headers = {}, body } = init
  const answer = await egress.fetch({
    ...{ url, timeoutMs, maxBytes, httpsOnly: true, maxRedirects: 0 },
    method: init.method === 'POST' ? 'POST' : 'GET',
    headers: { accept: 'application/json', ...headers },
    ...(body === undefined || body === null ? {} : { body: Buffer.from(String(body)) }),
  })
  const chunks: Uint8Array[] = []
  for await (const chunk of answer.body) chunks.push(chunk)
  const text = chunks.length === 0 ? null : Buffer.concat(chunks)
  return new Response(text, { status: answer.status, headers: [...answer.headers] })
}
