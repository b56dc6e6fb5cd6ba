/**
 * `/api/auth/*`: signing up, in and out, passwords, second factors, sessions. better-auth answers, behind accounts/.
 *
 * In a scope of its own, where no body is parsed: better-auth reads it as it came.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ApiContext } from './dependencies.ts'

/** Names, addresses, passwords and codes, bytes. */
const bodyLimit = 16 * 1024

export function authRoutes(plain: FastifyInstance, { accounts }: ApiContext): void {
  plain.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit }, (_request, body, done) =>
      done(null, body),
    )
    scope.route<{ Body: Buffer | undefined }>({
      method: ['GET', 'POST'],
      url: '/api/auth/*',
      config: { isPublic: true },
      handler: async (request, reply) => {
        const answer = await accounts.handle({
          method: request.method,
          target: targetOf(request),
          headers: request.headers,
          address: request.ip,
          body: request.body,
        })
        reply.code(answer.status)
        for (const [name, value] of answer.headers) reply.header(name, value)
        return reply.send(Buffer.from(await answer.arrayBuffer()))
      },
    })
  })
}

/** Path and query, whether the client sent them in origin or in absolute form. */
function targetOf({ raw }: FastifyRequest): string {
  const { pathname, search } = new URL(raw.url ?? '/', 'http://host')
  return pathname + search
}
