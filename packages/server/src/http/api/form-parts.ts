/** A multipart form part by part, with the client's errors told apart from those of our own disk. */
import type { Multipart } from '@fastify/multipart'
import { Problem, problem } from '@fovea/core'
import type { FastifyRequest } from 'fastify'
import { clientGone } from './client-signal.ts'

/** The form's parts. Whatever the parser throws is the client's form; its errors have no codes of their own. */
export async function* partsOf(
  request: FastifyRequest,
  limits: Parameters<FastifyRequest['parts']>[0] = {},
): AsyncGenerator<Multipart> {
  const parts = request.parts(limits)[Symbol.asyncIterator]()
  for (;;) {
    const next = await parts.next().catch((error: unknown) => {
      throw unreadable(error)
    })
    if (next.done === true) return
    yield next.value
  }
}

/** A file's bytes, with the parser's errors told apart from those of our own disk. */
export async function* readable(file: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const chunks = file[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await chunks.next().catch((error: unknown) => {
        throw unreadable(error)
      })
      if (next.done === true) return
      yield next.value
    }
  } finally {
    await chunks.return?.()
  }
}

function unreadable(error: unknown): unknown {
  if (error instanceof Problem) return error
  if (error instanceof Error && 'code' in error && error.code === 'ECONNRESET') return clientGone()
  // Limits and early ends have codes, which `problem-response.ts` knows.
  if (error instanceof Error && 'code' in error) return error
  return problem('request/malformed', {
    detail: 'The multipart form is cut off or not well formed.',
    cause: error,
  })
}
