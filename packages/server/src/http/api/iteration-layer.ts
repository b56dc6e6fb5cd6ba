/**
 * Iteration Layer's paths at the server's root: `POST /image-transformation/v1/transform` and `GET /v1/me`, by which its
 * clients prove a key.
 *
 * Bodies are read as streams here, so that a picture of 50 MB is never a string. Errors of these paths, also those
 * that never reach a route, have the vendor's form (`problem-response.ts`).
 */
import type { IncomingMessage } from 'node:http'
import { problem } from '@fovea/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { degradedHeader } from '../../delivery/index.ts'
import { callerOf } from './admit.ts'
import { clientSignal } from './client-signal.ts'
import type { ApiContext } from './dependencies.ts'
import { Base64Bytes, sendJsonWithBytes } from './json-with-bytes.ts'
import { iterationLayerDescription, meDescription } from './transform-description.ts'

export function iterationLayerRoutes(plain: FastifyInstance, context: ApiContext): void {
  const { iterationLayer, iterationLayerJobs } = context
  plain.register(async (api) => {
    api.removeAllContentTypeParsers()
    api.addContentTypeParser('application/json', (_request, payload, done) => done(null, payload))

    api.post(
      '/image-transformation/v1/transform',
      { config: { scope: 'write', isFrequent: true, describe: iterationLayerDescription } },
      async (request, reply) => {
        const { project } = callerOf(request)
        const signal = clientSignal(request, reply)
        const received = await iterationLayer.receive(bodyOf(request), signal)
        if (received.request.webhookUrl !== undefined) {
          await iterationLayerJobs.accept(project, received)
          const message = 'The request is accepted; the result will be sent to the webhook.'
          return reply.code(201).send({ success: true, async: true, message })
        }
        const { bytes, mediaType, degraded } = await iterationLayer.make(project, received, signal)
        return sendJsonWithBytes(reply.headers(degradedHeader(degraded)), {
          success: true,
          data: { buffer: new Base64Bytes(bytes), mime_type: mediaType },
        })
      },
    )

    api.get('/v1/me', { config: { scope: 'read' as const, describe: meDescription } }, async (request) => {
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
