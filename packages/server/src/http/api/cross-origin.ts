/**
 * Uploads straight from a page of another site: its browser must be told that it may send, and read the answer.
 *
 * No cookie is ever looked at on these routes (the address or a key is the credential), so any site may use them.
 */
import type { FastifyInstance, FastifyReply } from 'fastify'

const exposed = [
  'Location',
  'Retry-After',
  'Tus-Extension',
  'Tus-Max-Size',
  'Tus-Resumable',
  'Tus-Version',
  'Upload-Expires',
  'Upload-Length',
  'Upload-Offset',
  'X-Fovea-Image-Id',
  'X-Fovea-Request-Id',
].join(', ')

/** Adds the headers to every answer of the scope, refusals included. */
export function allowAnySite(scope: FastifyInstance): void {
  scope.addHook('onSend', async (_request, reply) => {
    reply.headers({ 'access-control-allow-origin': '*', 'access-control-expose-headers': exposed })
  })
}

/** The answer to a preflight. */
export function answerPreflight(reply: FastifyReply, methods: string): FastifyReply {
  return reply
    .code(204)
    .headers({
      'access-control-allow-methods': methods,
      'access-control-allow-headers':
        'Authorization, Content-Type, Tus-Resumable, Upload-Length, Upload-Metadata, Upload-Offset, X-HTTP-Method-Override, X-Requested-With, X-Request-ID',
      'access-control-max-age': '86400',
    })
    .send()
}
