/** What lay at a path before, and how to have it back. */
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import * as z from 'zod'
import { callerOf } from './admit.ts'
import { assetPath } from './asset-path.ts'
import type { ApiContext } from './dependencies.ts'
import { isoTime } from './shapes.ts'

const version = z.object({
  version: z.int(),
  id: z.string(),
  original_filename: z.string(),
  size: z.int(),
  created_at: z.string(),
  is_current: z.boolean(),
})

export function versionRoutes(plain: FastifyInstance, { versions }: ApiContext): void {
  const api = plain.withTypeProvider<ZodTypeProvider>()

  api.get(
    '/api/v1/versions',
    {
      config: { scope: 'read' },
      schema: {
        querystring: z.strictObject({ path: assetPath }),
        response: { 200: z.object({ path: z.string(), versions: z.array(version) }) },
      },
    },
    async (request) => {
      const { path } = request.query
      const all = await versions.list(callerOf(request).project, path)
      return {
        path,
        versions: all.map((each) => ({
          version: each.version,
          id: each.imageId,
          original_filename: each.originalFilename,
          size: each.size,
          created_at: isoTime(each.createdAt),
          is_current: each.isCurrent,
        })),
      }
    },
  )

  api.post(
    '/api/v1/versions/restore',
    {
      config: { scope: 'write' },
      schema: {
        body: z.strictObject({ path: assetPath, version: z.int().min(1).max(2_147_483_647) }),
        response: { 200: z.object({ path: z.string(), id: z.string(), version: z.int() }) },
      },
    },
    async (request) => {
      const { path, version: wanted } = request.body
      const restored = await versions.restore(callerOf(request).project, path, wanted)
      return { path, id: restored.imageId, version: restored.version }
    },
  )
}
