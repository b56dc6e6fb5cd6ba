/** Images that look alike: those near one of them, and groups of duplicates. */
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import * as z from 'zod'
import { farthest } from '../../facts/index.ts'
import { callerOf } from './admit.ts'
import { cursorText, positionOf } from './cursor.ts'
import type { ApiContext } from './dependencies.ts'
import { foundImage, shapeFound } from './shapes.ts'

/** What a smaller, recompressed, brighter or grey copy stays within; see docs/guide/library.md. */
const defaultDistance = 10

const unseen = z.int().describe('Images of the project without a fingerprint yet: ask again later')
const distance = z.int().describe('Bits in which the fingerprints differ, of 64')
const groupPosition = z.strictObject({ group: z.string().max(64) })

export function similarRoutes(plain: FastifyInstance, context: ApiContext): void {
  const { assets, near } = context
  const api = plain.withTypeProvider<ZodTypeProvider>()

  api.get(
    '/api/v1/images/:id/similar',
    {
      config: { scope: 'read' },
      schema: {
        params: z.object({ id: z.string() }),
        querystring: z.strictObject({
          max_distance: z.coerce.number().int().min(0).max(farthest).default(defaultDistance),
          limit: z.coerce.number().int().min(1).max(100).default(20),
        }),
        response: {
          200: z.object({
            id: z.string(),
            fingerprint: z.string().nullable(),
            images: z.array(z.object({ ...foundImage, distance })),
            without_fingerprint: unseen,
          }),
        },
      },
    },
    async (request) => {
      const { project } = callerOf(request)
      const { max_distance: maxDistance, limit } = request.query
      const image = await assets.get(project, request.params.id)
      const similar = await near.similarTo(project, image, { maxDistance, limit })
      return {
        id: image.id,
        fingerprint: similar.fingerprint,
        images: similar.found.map((each) => ({
          ...shapeFound(context, project, each.image),
          distance: each.distance,
        })),
        without_fingerprint: similar.unseen,
      }
    },
  )

  api.get(
    '/api/v1/images/duplicates',
    {
      config: { scope: 'read' },
      schema: {
        querystring: z.strictObject({
          limit: z.coerce.number().int().min(1).max(20).default(20),
          cursor: z.string().max(4096).optional().describe('`next_cursor` of the page before'),
        }),
        response: {
          200: z.object({
            groups: z.array(z.object({ count: z.int(), images: z.array(z.object(foundImage)) })),
            next_cursor: z.string().nullable(),
            without_fingerprint: unseen,
          }),
        },
      },
    },
    async (request) => {
      const { project } = callerOf(request)
      const { limit, cursor } = request.query
      const after = cursor === undefined ? undefined : positionOf(groupPosition, cursor).group
      const { groups, next, unseen: pending } = await near.duplicates(project, { limit, after })
      return {
        groups: groups.map(({ count, images }) => ({
          count,
          images: images.map((image) => shapeFound(context, project, image)),
        })),
        next_cursor: next === undefined ? null : cursorText({ group: next }),
        without_fingerprint: pending,
      }
    },
  )
}
