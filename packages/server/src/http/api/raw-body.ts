/** Routes whose body is the file itself: it is not parsed, the handler reads the request. */
import { Problem } from '@fovea/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { clientGone } from './client-signal.ts'

export function takeRawBodies(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
}

/** The body's bytes; a connection that breaks is the client's leaving. */
export async function* rawBody({ raw }: FastifyRequest): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of raw) yield chunk as Buffer
  } catch (error) {
    throw error instanceof Problem ? error : clientGone()
  }
}
