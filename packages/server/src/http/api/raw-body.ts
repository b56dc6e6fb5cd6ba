/** Routes whose body is the file itself: it is not parsed, the handler reads the request. */
import { Problem } from '@fovea/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { clientGone } from './client-signal.ts'

/** Every body there. */
export function takeRawBodies(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers()
  leaveBodies(scope, '*')
}

/** Bodies of these types. */
export function leaveBodies(scope: FastifyInstance, types: string | string[] | RegExp): void {
  scope.addContentTypeParser(types, (_request, _payload, done) => done(null))
}

/**
 * The body's bytes; a connection that breaks is the client's leaving. A chunk is good until the next one is asked for:
 * then its memory goes back. Left to the garbage collector, every 64 MB that come cost a full run of it.
 */
export async function* rawBody({ raw }: FastifyRequest): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of raw) {
      yield chunk as Buffer
      release(chunk)
    }
  } catch (error) {
    throw error instanceof Problem ? error : clientGone()
  }
}

/** What shares its memory with others keeps it. */
function release({ buffer, byteLength }: Buffer): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0)
}
