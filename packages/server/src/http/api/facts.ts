/** `GET /api/v1/images/{id}/facts`, our extension: all that can be told about an image. */
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import * as z from 'zod'
import { pictureFacts } from '../../facts/index.ts'
import { callerOf } from './admit.ts'
import type { ApiContext } from './dependencies.ts'

export function factRoutes(plain: FastifyInstance, { assets, facts }: ApiContext): void {
  const api = plain.withTypeProvider<ZodTypeProvider>()
  api.get(
    '/api/v1/images/:id/facts',
    {
      config: { scope: 'read' },
      schema: {
        params: z.object({ id: z.string() }),
        // `all` adds the place and serial numbers.
        querystring: z.strictObject({ details: z.enum(['none', 'public', 'all']).default('public') }),
        response: { 200: pictureFacts.extend({ id: z.string() }) },
      },
    },
    async (request) => {
      const { project } = callerOf(request)
      const image = await assets.get(project, request.params.id)
      const wanted = request.query.details
      const { details, ...found } =
        wanted === 'all' ? await facts.withPrivateDetails(project, image) : await facts.of(project, image)
      const told = wanted === 'none' || details === undefined ? {} : { details }
      return { id: image.id, ...found, ...told }
    },
  )
}
