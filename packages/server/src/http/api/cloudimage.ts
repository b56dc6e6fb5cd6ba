/**
 * Cloudimage's invalidation API at the server's root: `POST /invalidate` with an API key in `X-Client-Key`. What it
 * names is forgotten before the answer, which says "received" as the vendor's does.
 */
import { randomUUID } from 'node:crypto'
import { type Invalidated, originalNamed, renditionNamed } from '@fovea/core/dialects/cloudimage/invalidation'
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import * as z from 'zod'
import { forgetPrefix, forgetSource } from '../../delivery/index.ts'
import { callerOf } from './admit.ts'
import type { ApiContext } from './dependencies.ts'

const urls = z.array(z.string().min(1).max(8_192)).min(1).max(1_000)
const body = z.discriminatedUnion('scope', [
  z.strictObject({ scope: z.literal('all') }),
  z.strictObject({ scope: z.enum(['original', 'urls']), urls }),
])

const received = z.object({
  status: z.literal('success'),
  msg: z.string(),
  invalidation: z.object({ status: z.literal('RECEIVED'), uuid: z.string(), added_at: z.string() }),
})

export function cloudimageRoutes(plain: FastifyInstance, context: ApiContext): void {
  const api = plain.withTypeProvider<ZodTypeProvider>()

  api.post(
    '/invalidate',
    {
      config: { scope: 'write', keyHeader: 'x-client-key' },
      schema: { body, response: { 201: received } },
    },
    async (request, reply) => {
      const { project } = callerOf(request)
      if (request.body.scope === 'all') await context.projects.purge(project)
      else {
        const read = request.body.scope === 'original' ? originalNamed : renditionNamed
        const named = request.body.urls.map(read)
        for (const { source, isPrefix } of distinct(named))
          await (isPrefix ? forgetPrefix : forgetSource)(source, project, context)
      }
      return reply.code(201).send({
        status: 'success',
        msg: 'Your invalidation request has been received',
        invalidation: { status: 'RECEIVED', uuid: randomUUID(), added_at: timestamp(new Date()) },
      })
    },
  )
}

function distinct(all: readonly Invalidated[]): Iterable<Invalidated> {
  return new Map(all.map((one) => [JSON.stringify(one), one])).values()
}

/** `2026-01-31 23:59:59.123000`, UTC. */
function timestamp(at: Date): string {
  return `${at.toISOString().slice(0, -1).replace('T', ' ')}000`
}
