/** Origins: where a project's pictures come from beside its uploads. Credentials go in and never come out. */
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import * as z from 'zod'
import { type ConfiguredOrigin, originKinds } from '../../origins/index.ts'
import { callerOf } from './admit.ts'
import type { ApiContext } from './dependencies.ts'
import { partOf, partOfList } from './part-of-list.ts'

const name = z
  .string()
  .min(1)
  .max(50)
  .regex(/^[A-Za-z0-9-]+$/, 'may hold letters, digits and "-"')
const prefix = z
  .string()
  .max(500)
  .regex(/^(?:[^/\\]+\/)*$/, 'must be empty or folders with a slash behind each, such as shop/')
const settings = z.record(z.string(), z.unknown())
const byId = z.object({ id: z.string() })

const shape = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(originKinds),
  prefix: z.string(),
  settings: z.record(z.string(), z.unknown()),
  /** Names of the credentials that are set. */
  credentials: z.array(z.string()),
  revision: z.int(),
  created_at: z.int(),
  updated_at: z.int(),
})

export function originRoutes(plain: FastifyInstance, context: ApiContext): void {
  const { origins, sources, changes, events, database } = context
  const api = plain.withTypeProvider<ZodTypeProvider>()

  api.get(
    '/api/v1/origins',
    {
      config: { scope: 'read' },
      schema: {
        querystring: partOfList,
        response: { 200: z.object({ origins: z.array(shape), total: z.int() }) },
      },
    },
    async (request) => {
      const all = await origins.list(callerOf(request).project.id)
      return { origins: partOf(all, request.query).map(shaped), total: all.length }
    },
  )

  api.post(
    '/api/v1/origins',
    {
      config: { scope: 'write', role: 'admin' },
      schema: {
        body: z.strictObject({
          name,
          kind: z.enum(originKinds),
          prefix: prefix.default(''),
          settings: settings.default({}),
          credentials: settings.default({}),
        }),
        response: { 201: shape },
      },
    },
    async (request, reply) =>
      reply.code(201).send(shaped(await origins.create(callerOf(request).project, request.body))),
  )

  api.get(
    '/api/v1/origins/:id',
    { config: { scope: 'read' }, schema: { params: byId, response: { 200: shape } } },
    async (request) => shaped(await origins.get(callerOf(request).project, request.params.id)),
  )

  api.patch(
    '/api/v1/origins/:id',
    {
      config: { scope: 'write', role: 'admin' },
      schema: {
        params: byId,
        body: z.strictObject({ name, prefix, settings, credentials: settings }).partial(),
        response: { 200: shape },
      },
    },
    async (request) => {
      const named = Object.entries(request.body).filter(([, value]) => value !== undefined)
      const { project } = callerOf(request)
      return shaped(await origins.update(project, request.params.id, Object.fromEntries(named)))
    },
  )

  api.delete(
    '/api/v1/origins/:id',
    {
      config: { scope: 'write', role: 'admin' },
      schema: { params: byId, response: { 200: z.object({ success: z.boolean(), message: z.string() }) } },
    },
    async (request) => {
      const gone = await origins.delete(callerOf(request).project, request.params.id)
      return { success: true, message: `Origin ${gone.name} has been deleted` }
    },
  )

  api.post(
    '/api/v1/origins/:id/purge',
    {
      config: { scope: 'write', role: 'admin' },
      schema: {
        params: byId,
        body: z.strictObject({ paths: z.array(z.string().min(1).max(8_192)).min(1).max(1_000) }),
        response: { 200: z.object({ success: z.boolean(), purged: z.int() }) },
      },
    },
    async (request) => {
      const { project } = callerOf(request)
      const origin = await origins.get(project, request.params.id)
      const { paths } = request.body
      for (const path of paths) await sources.purge(project.id, origin, { path, query: '' })
      changes.announce({ kind: 'project', projectId: project.id, slug: project.slug })
      const data = { scope: 'origin', origin: origin.name, paths } as const
      await events.record(database.queries, project.id, { type: 'purge.completed', data })
      return { success: true, purged: paths.length }
    },
  )
}

function shaped(origin: ConfiguredOrigin): z.input<typeof shape> {
  const { id, name, kind, prefix, settings, credentials, revision, createdAt, updatedAt } = origin
  return {
    id,
    name,
    kind,
    prefix,
    settings,
    credentials: Object.keys(credentials),
    revision,
    created_at: Math.floor(createdAt / 1000),
    updated_at: Math.floor(updatedAt / 1000),
  }
}
