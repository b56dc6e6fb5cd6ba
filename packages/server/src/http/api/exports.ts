/** Everything a project holds, as one archive: asked for, looked up, fetched by a short-lived address. */
import { Readable } from 'node:stream'
import { problem } from '@fovea/core'
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import * as z from 'zod'
import type { Export } from '../../exports/index.ts'
import { mustBeUsable } from '../../projects/index.ts'
import { callerOf } from './admit.ts'
import type { ApiContext } from './dependencies.ts'
import { partOf, partOfList } from './part-of-list.ts'
import type { RouteDescription } from './route-description.ts'
import { isoTime } from './shapes.ts'

const config = { scope: 'write', role: 'owner' } as const
const shape = z.object({
  id: z.string(),
  state: z.enum(['running', 'done', 'failed']),
  files: z.int().describe('How many there will be; 0 until it has begun'),
  files_done: z.int(),
  size: z.int().nullable().describe('Of the archive, bytes'),
  download_url: z.string().nullable().describe('Good for a quarter of an hour, without a key'),
  created_at: z.string(),
  expires_at: z.string(),
})
const one = z.object({ export: shape })
const byId = z.object({ id: z.string().max(100) })
const archive = { answers: { 200: { content: { 'application/zip': z.file() } } } } satisfies RouteDescription
const done = z.object({ success: z.boolean(), message: z.string() })

export function exportRoutes(plain: FastifyInstance, { exports, projects, publicUrl }: ApiContext): void {
  const api = plain.withTypeProvider<ZodTypeProvider>()
  const shaped = (made: Export): z.input<typeof shape> => ({
    id: made.id,
    state: made.state,
    files: made.files,
    files_done: made.filesDone,
    size: made.size,
    download_url:
      made.state === 'done'
        ? `${publicUrl}/api/v1/exports/${made.id}/archive?ticket=${exports.ticket(made)}`
        : null,
    created_at: isoTime(made.createdAt),
    expires_at: isoTime(made.expiresAt),
  })

  api.post('/api/v1/exports', { config, schema: { response: { 202: one } } }, async (request, reply) => {
    const { project, actor } = callerOf(request)
    const userId = actor.kind === 'person' ? actor.person.userId : null
    const made = await exports.start(project.id, userId)
    reply.header('location', `/api/v1/exports/${made.id}`)
    return reply.code(202).send({ export: shaped(made) })
  })

  api.get(
    '/api/v1/exports',
    {
      config,
      schema: {
        querystring: partOfList,
        response: { 200: z.object({ exports: z.array(shape), total: z.int() }) },
      },
    },
    async (request) => {
      const all = await exports.list(callerOf(request).project.id)
      return { exports: partOf(all, request.query).map(shaped), total: all.length }
    },
  )

  api.get(
    '/api/v1/exports/:id',
    { config, schema: { params: byId, response: { 200: one } } },
    async (request) => ({
      export: shaped(await exports.find(callerOf(request).project.id, request.params.id)),
    }),
  )

  api.delete(
    '/api/v1/exports/:id',
    { config, schema: { params: byId, response: { 200: done } } },
    async (request) => {
      await exports.remove(callerOf(request).project.id, request.params.id)
      return { success: true, message: 'Export deleted' }
    },
  )

  // By the ticket alone, so that a browser can be sent there.
  api.get(
    '/api/v1/exports/:id/archive',
    {
      config: { isPublic: true, describe: () => archive },
      schema: { params: byId, querystring: z.strictObject({ ticket: z.string().max(200) }) },
    },
    async (request, reply) => {
      const made = await exports.findByTicket(request.params.id, request.query.ticket)
      const project = await projects.get(made.projectId)
      if (project === undefined) throw problem('project/not-found')
      mustBeUsable(project)
      const object = await exports.open(made)
      const name = `${project.slug}-${isoTime(made.createdAt).slice(0, 10)}.zip`
      return reply
        .headers({
          'content-type': 'application/zip',
          'content-length': object.info.size,
          'content-disposition': `attachment; filename="${name}"`,
          'cache-control': 'private, no-store',
        })
        .send(Readable.fromWeb(object.body as Parameters<typeof Readable.fromWeb>[0]))
    },
  )
}
