/** The trash: deleted images until they are gone for good. */
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import * as z from 'zod'
import type { Trashed } from '../../assets/index.ts'
import { callerOf } from './admit.ts'
import { assetPath } from './asset-path.ts'
import { cursorText, positionOf } from './cursor.ts'
import type { ApiContext } from './dependencies.ts'
import { imageUrl } from './links.ts'
import { isoTime } from './shapes.ts'

const trashedShape = z.object({
  id: z.string(),
  path: z.string(),
  image_id: z.string(),
  original_filename: z.string(),
  size: z.int(),
  deleted_at: z.string(),
  gone_at: z.string(),
})
const position = z.strictObject({ deletedAt: z.int(), id: z.string().max(64) })
const byId = z.object({ id: z.string() })

export function trashRoutes(plain: FastifyInstance, { trash }: ApiContext): void {
  const api = plain.withTypeProvider<ZodTypeProvider>()

  api.get(
    '/api/v1/trash',
    {
      config: { scope: 'read' },
      schema: {
        querystring: z.strictObject({
          limit: z.coerce.number().int().min(1).max(100).default(50),
          cursor: z.string().max(4096).optional(),
        }),
        response: {
          200: z.object({ items: z.array(trashedShape), limit: z.int(), next_cursor: z.string().nullable() }),
        },
      },
    },
    async (request) => {
      const { limit, cursor } = request.query
      const after = cursor === undefined ? undefined : positionOf(position, cursor)
      const { items, next } = await trash.list(callerOf(request).project, { limit, after })
      return {
        items: items.map(shaped),
        limit,
        next_cursor: next === undefined ? null : cursorText(next),
      }
    },
  )

  api.post(
    '/api/v1/trash/:id/restore',
    {
      config: { scope: 'write' },
      schema: {
        params: byId,
        body: z.strictObject({ path: assetPath.optional() }).nullish(),
        response: { 200: z.object({ id: z.string(), path: z.string(), url: z.string() }) },
      },
    },
    async (request) => {
      const { project } = callerOf(request)
      const restored = await trash.restore(project, request.params.id, request.body?.path)
      return { id: restored.imageId, path: restored.path, url: imageUrl({ id: restored.imageId }) }
    },
  )

  api.delete(
    '/api/v1/trash/:id',
    {
      config: { scope: 'write' },
      schema: { params: byId, response: { 200: z.object({ success: z.boolean() }) } },
    },
    async (request) => {
      await trash.remove(callerOf(request).project, request.params.id)
      return { success: true }
    },
  )

  api.delete(
    '/api/v1/trash',
    {
      config: { scope: 'write' },
      schema: { response: { 200: z.object({ success: z.boolean(), removed: z.int() }) } },
    },
    async (request) => ({ success: true, removed: await trash.empty(callerOf(request).project) }),
  )
}

function shaped(item: Trashed): z.input<typeof trashedShape> {
  return {
    id: item.id,
    path: item.path,
    image_id: item.imageId,
    original_filename: item.originalFilename,
    size: item.size,
    deleted_at: isoTime(item.deletedAt),
    gone_at: isoTime(item.goneAt),
  }
}
