/**
 * Iteration Layer's paths at the server's root: `POST /image-transformation/v1/transform` and `GET /v1/me`, by which its
 * clients prove a key.
 *
 * Bodies are read as streams here, so that a picture of 50 MB is never a string. Errors of these paths, also those
 * that never reach a route, have the vendor's form (`problem-response.ts`).
 */
import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { problem } from '@fovea/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { callerOf } from './admit.ts'
import { clientSignal } from './client-signal.ts'
import type { ApiContext } from './dependencies.ts'

export function iterationLayerRoutes(plain: FastifyInstance, { iterationLayer }: ApiContext): void {
  plain.register(async (api) => {
    api.removeAllContentTypeParsers()
    api.addContentTypeParser('application/json', (_request, payload, done) => done(null, payload))

    api.post('/image-transformation/v1/transform', { config: { scope: 'write' } }, async (request, reply) => {
      const { project } = callerOf(request)
      const signal = clientSignal(request, reply)
      const received = await iterationLayer.receive(bodyOf(request), signal)
      const { bytes, mediaType } = await iterationLayer.make(project.id, received, signal)
      return sendBase64(reply, bytes, [
        '{"success":true,"data":{"buffer":"',
        `","mime_type":"${mediaType}"}}`,
      ])
    })

    api.get('/v1/me', { config: { scope: 'read' } }, async (request) => {
      const { project, actor, scopes } = callerOf(request)
      const key = actor.kind === 'key' ? actor.key : undefined
      return {
        success: true,
        data: {
          project: { id: project.id, slug: project.slug, name: project.name },
          // a person who is signed in asks without one
          key: key === undefined ? null : { id: key.id, name: key.name, prefix: key.prefix, scopes },
        },
      }
    })
  })
}

function bodyOf(request: FastifyRequest): AsyncIterable<Buffer> {
  const body = request.body as IncomingMessage | undefined
  if (body === undefined) throw problem('request/malformed', { detail: 'The request has no JSON body.' })
  return body
}

/** A multiple of three, so that pieces join to one base64 text. */
const pieceBytes = 48 * 1024

/** JSON around base64, written piece by piece: a large picture is no string either. */
function sendBase64(
  reply: FastifyReply,
  bytes: Uint8Array,
  [before, after]: readonly [string, string],
): FastifyReply {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  function* pieces() {
    yield before
    for (let at = 0; at < buffer.length; at += pieceBytes)
      yield buffer.subarray(at, at + pieceBytes).toString('base64')
    yield after
  }
  const length = before.length + 4 * Math.ceil(buffer.length / 3) + after.length
  return reply
    .headers({ 'content-type': 'application/json; charset=utf-8', 'content-length': length })
    .send(Readable.from(pieces(), { objectMode: false }))
}
