/**
 * `GET /api/v1/project/client`: what a client needs to build and sign URLs by itself, so that it is configured with an
 * API key alone. The secret is only for keys that may write, and for admins: whoever signs can show anything.
 */
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import * as z from 'zod'
import { isAtLeast } from '../../projects/index.ts'
import { callerOf } from './admit.ts'
import type { ApiContext } from './dependencies.ts'

const response = z.object({
  /** Address that delivery mounts stand behind. */
  url: z.string(),
  project: z.string(),
  signing: z.object({ kid: z.string(), secret: z.string() }).nullable(),
})

export function clientRoutes(plain: FastifyInstance, { projects, publicUrl }: ApiContext): void {
  plain
    .withTypeProvider<ZodTypeProvider>()
    .get(
      '/api/v1/project/client',
      { config: { scope: 'read' }, schema: { response: { 200: response } } },
      async (request) => {
        const { project, scopes, actor } = callerOf(request)
        // Of people it is for those who may make and delete secrets: whoever has read one can sign until it is deleted.
        const mayKnow = actor.kind !== 'person' || isAtLeast(actor.role, 'admin')
        const signing = scopes.includes('write') && mayKnow ? await projects.signingSecret(project) : null
        return {
          url: publicUrl,
          project: project.slug,
          signing: signing === null ? null : { kid: signing.kid, secret: signing.secret },
        }
      },
    )
}
