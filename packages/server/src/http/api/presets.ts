/** Presets: named parameter sets that a URL calls with `?p:name`. Ids and names both name one. */
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import * as z from 'zod'
import { callerOf } from './admit.ts'
import type { ApiContext } from './dependencies.ts'
import { presetResponse, shapePreset } from './shapes.ts'

const name = z
  .string()
  .min(1)
  .max(50)
  .regex(/^[A-Za-z0-9_-]+$/, 'may hold letters, digits, "_" and "-"')
const description = z.string().max(200)
const params = z.record(z.string().min(1).max(50), z.union([z.string().max(200), z.number(), z.boolean()]))
const byId = z.object({ id: z.string() })

export function presetRoutes(plain: FastifyInstance, { presets }: ApiContext): void {
  const api = plain.withTypeProvider<ZodTypeProvider>()

  api.get(
    '/api/v1/settings/presets',
    {
      config: { scope: 'read' },
      schema: { response: { 200: z.object({ presets: z.array(presetResponse), total: z.int() }) } },
    },
    async (request) => {
      const all = await presets.list(callerOf(request).project)
      return { presets: all.map(shapePreset), total: all.length }
    },
  )

  api.post(
    '/api/v1/settings/presets',
    {
      config: { scope: 'write' },
      schema: {
        body: z.strictObject({ name, description: description.nullish(), params }),
        response: { 201: presetResponse },
      },
    },
    async (request, reply) => {
      const wanted = { ...request.body, description: request.body.description ?? null }
      return reply.code(201).send(shapePreset(await presets.create(callerOf(request).project, wanted)))
    },
  )

  api.get(
    '/api/v1/settings/presets/:id',
    { config: { scope: 'read' }, schema: { params: byId, response: { 200: presetResponse } } },
    async (request) => shapePreset(await presets.get(callerOf(request).project, request.params.id)),
  )

  api.put(
    '/api/v1/settings/presets/:id',
    {
      config: { scope: 'write' },
      schema: {
        params: byId,
        body: z.strictObject({
          name: name.optional(),
          description: description.nullish(),
          params: params.optional(),
        }),
        response: { 200: presetResponse },
      },
    },
    async (request) => {
      const named = Object.entries(request.body).filter(([, value]) => value !== undefined)
      return shapePreset(
        await presets.update(callerOf(request).project, request.params.id, Object.fromEntries(named)),
      )
    },
  )

  api.delete(
    '/api/v1/settings/presets/:id',
    {
      config: { scope: 'write' },
      schema: { params: byId, response: { 200: z.object({ success: z.boolean(), message: z.string() }) } },
    },
    async (request) => {
      const preset = await presets.delete(callerOf(request).project, request.params.id)
      return { success: true, message: `Preset ${preset.name} has been deleted` }
    },
  )
}
