/** What a form asks `/api/auth` for: through the same border as any client, which counts tries and seals the cookie. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ApiContext } from '../dependencies.ts'
import { sentenceFor } from './sentences.ts'

export interface AuthAnswer {
  readonly status: number
  /** What went wrong, by its code and in a sentence; absent when it went well. */
  readonly failure?: { readonly code: string; readonly sentence: string }
  readonly body: Readonly<Record<string, unknown>>
}

/** POSTs `body` to a path behind `/api/auth`; cookies and `Retry-After` of the answer are put on the reply. */
export async function askAuth(
  request: FastifyRequest,
  reply: FastifyReply,
  { accounts }: Pick<ApiContext, 'accounts'>,
  { path, body }: { readonly path: string; readonly body: object },
): Promise<AuthAnswer> {
  const answer = await accounts.handle({
    method: 'POST',
    target: `/api/auth${path}`,
    headers: { ...request.headers, 'content-type': 'application/json' },
    address: request.ip,
    body: Buffer.from(JSON.stringify(body)),
  })
  for (const name of ['set-cookie', 'retry-after'] as const) {
    const value = answer.headers.get(name)
    if (value !== null) reply.header(name, value)
  }
  const read: unknown = await answer.json().catch(() => null)
  const said = typeof read === 'object' && read !== null ? (read as AuthAnswer['body']) : {}
  if (answer.ok) return { status: answer.status, body: said }
  const code = String(said.code ?? 'UNKNOWN')
  const failure = { code, sentence: sentenceFor(code, said.message, answer.headers.get('retry-after')) }
  return { status: answer.status, failure, body: said }
}
