/** Ends the work for a client that has gone: an abort, and a 499 for the log. */
import { problem } from '@fovea/core'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** Fires when the connection closes before the request has been read or the answer been sent. */
export function clientSignal(request: FastifyRequest, reply: FastifyReply): AbortSignal {
  const gone = new AbortController()
  reply.raw.once('close', () => {
    if (!reply.raw.writableEnded || !request.raw.complete) gone.abort(clientGone())
  })
  return gone.signal
}

export function clientGone() {
  return problem('request/client-closed', { detail: 'The client left before the end.' })
}
