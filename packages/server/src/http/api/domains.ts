/** Host names under which a project answers. What people must do besides: point the name at this server. */
import { dialectNames } from '@fovea/core'
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import * as z from 'zod'
import type { Domain } from '../../projects/index.ts'
import { callerOf } from './admit.ts'
import type { ApiContext } from './dependencies.ts'
import { partOf, partOfList } from './part-of-list.ts'

const host = z
  .string()
  .max(253)
  .toLowerCase()
  .regex(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/, 'must be a host name')
  // One label of digits only at the end is an address, not a name.
  .refine((name) => !/\.\d+$/.test(name), 'must be a name, not an address')
  .refine(
    (name) => name.split('.').every((label) => label.length <= 63),
    'has a part of more than 63 letters',
  )

const shape = z.object({
  host: z.string(),
  dialect: z.enum(dialectNames),
  origin: z.string().nullable(),
  created_at: z.int(),
})

export function domainRoutes(plain: FastifyInstance, { domains, origins }: ApiContext): void {
  const api = plain.withTypeProvider<ZodTypeProvider>()

  api.get(
    '/api/v1/domains',
    {
      config: { scope: 'read' },
      schema: {
        querystring: partOfList,
        response: { 200: z.object({ domains: z.array(shape), total: z.int() }) },
      },
    },
    async (request) => {
      const all = await domains.list(callerOf(request).project)
      return { domains: partOf(all, request.query).map(shaped), total: all.length }
    },
  )

  api.post(
    '/api/v1/domains',
    {
      config: { scope: 'write', role: 'admin' },
      schema: {
        body: z.strictObject({
          host,
          dialect: z.enum(dialectNames).default('img-src'),
          origin: z.string().min(1).max(50).nullable().default(null),
        }),
        response: { 201: shape },
      },
    },
    async (request, reply) => {
      const { project } = callerOf(request)
      const { origin } = request.body
      // Said here rather than at the first picture: there must be such an origin.
      const named = origin === null ? null : (await origins.get(project, origin)).name
      return reply.code(201).send(shaped(await domains.add(project, { ...request.body, origin: named })))
    },
  )

  api.delete(
    '/api/v1/domains/:host',
    {
      config: { scope: 'write', role: 'admin' },
      schema: {
        params: z.object({ host: z.string().toLowerCase() }),
        response: { 200: z.object({ success: z.boolean(), message: z.string() }) },
      },
    },
    async (request) => {
      const gone = await domains.remove(callerOf(request).project, request.params.host)
      return { success: true, message: `Host name ${gone.host} has been removed` }
    },
  )
}

function shaped({ host: name, dialect, origin, createdAt }: Domain): z.input<typeof shape> {
  return { host: name, dialect, origin, created_at: Math.floor(createdAt / 1000) }
}
