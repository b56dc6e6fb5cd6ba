/** `GET /api/v1/images/{id}/facts`, our extension: all that can be told about an image. */
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import * as z from 'zod'
import { pictureFacts, seenFaces, seenSubjects } from '../../facts/index.ts'
import { callerOf } from './admit.ts'
import type { ApiContext } from './dependencies.ts'

export function factRoutes(plain: FastifyInstance, { assets, facts, sightings }: ApiContext): void {
  const api = plain.withTypeProvider<ZodTypeProvider>()
  api.get(
    '/api/v1/images/:id/facts',
    {
      config: { scope: 'read' },
      schema: {
        params: z.object({ id: z.string() }),
        querystring: z.strictObject({
          details: z
            .enum(['none', 'public', 'all'])
            .default('public')
            .describe('Of EXIF, IPTC and XMP; `all` adds the place and serial numbers'),
          see: z
            .enum(['faces', 'subjects'])
            .optional()
            .describe('What models see; `subjects` tells the faces too'),
        }),
        response: {
          200: pictureFacts.extend({
            id: z.string(),
            faces: seenFaces.exactOptional(),
            subjects: seenSubjects.exactOptional(),
          }),
        },
      },
    },
    async (request) => {
      const { project } = callerOf(request)
      const image = await assets.get(project, request.params.id)
      const { details: wanted, see } = request.query
      const seen = see === undefined ? {} : await sightings.tell(project, image, see)
      const { details, ...found } =
        wanted === 'all' ? await facts.withPrivateDetails(project, image) : await facts.of(project, image)
      const told = wanted === 'none' || details === undefined ? {} : { details }
      return { id: image.id, ...found, ...told, ...seen }
    },
  )
}
