/**
 * Presets: named parameter sets, which URLs call with `?p:name` or with their dialect's own words.
 *
 * img-src's contract as it is, with `dialect` beside it: without one everything is about img-src's presets, and a name
 * is looked for among them. An id names a preset of any dialect.
 */
import { presetDialectNames } from '@fovea/core'
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import * as z from 'zod'
import type { PresetRef } from '../../projects/index.ts'
import { callerOf } from './admit.ts'
import type { ApiContext } from './dependencies.ts'
import { partOf, partOfList } from './part-of-list.ts'
import { presetResponse, presetVersionResponse, shapePreset, shapePresetVersion } from './shapes.ts'

const name = z
  .string()
  .min(1)
  .max(50)
  .regex(/^[A-Za-z0-9_-]+$/, 'may hold letters, digits, "_" and "-"')
const description = z.string().max(200)
/** A whole transformation may be one text. */
const params = z.record(z.string().min(1).max(50), z.union([z.string().max(2_000), z.number(), z.boolean()]))
const byId = z.object({ id: z.string() })
const dialect = z.enum(presetDialectNames).default('img-src')
const inDialect = z.strictObject({ dialect })

export function presetRoutes(plain: FastifyInstance, { presets }: ApiContext): void {
  const api = plain.withTypeProvider<ZodTypeProvider>()

  api.get(
    '/api/v1/settings/presets',
    {
      config: { scope: 'read' },
      schema: {
        querystring: partOfList.extend({
          dialect: z.enum([...presetDialectNames, 'all']).default('img-src'),
        }),
        response: { 200: z.object({ presets: z.array(presetResponse), total: z.int() }) },
      },
    },
    async (request) => {
      const wanted = request.query.dialect
      const all = await presets.list(callerOf(request).project, wanted === 'all' ? undefined : wanted)
      return { presets: partOf(all, request.query).map(shapePreset), total: all.length }
    },
  )

  api.post(
    '/api/v1/settings/presets',
    {
      config: { scope: 'write' },
      schema: {
        body: z.strictObject({ name, dialect, description: description.nullish(), params }),
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
    {
      config: { scope: 'read' },
      schema: { params: byId, querystring: inDialect, response: { 200: presetResponse } },
    },
    async (request) => shapePreset(await presets.get(callerOf(request).project, refOf(request))),
  )

  api.put(
    '/api/v1/settings/presets/:id',
    {
      config: { scope: 'write' },
      schema: {
        params: byId,
        querystring: inDialect,
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
        await presets.update(callerOf(request).project, refOf(request), Object.fromEntries(named)),
      )
    },
  )

  api.delete(
    '/api/v1/settings/presets/:id',
    {
      config: { scope: 'write' },
      schema: {
        params: byId,
        querystring: inDialect,
        response: { 200: z.object({ success: z.boolean(), message: z.string() }) },
      },
    },
    async (request) => {
      const preset = await presets.delete(callerOf(request).project, refOf(request))
      return { success: true, message: `Preset ${preset.name} has been deleted` }
    },
  )

  api.get(
    '/api/v1/settings/presets/:id/versions',
    {
      config: { scope: 'read' },
      schema: {
        params: byId,
        querystring: inDialect.extend({
          limit: z.coerce.number().int().min(1).max(100).default(50),
          offset: z.coerce.number().int().min(0).default(0),
        }),
        response: { 200: z.object({ versions: z.array(presetVersionResponse), total: z.int() }) },
      },
    },
    async (request) => {
      const { versions, total } = await presets.versions(
        callerOf(request).project,
        refOf(request),
        request.query,
      )
      return { versions: versions.map(shapePresetVersion), total }
    },
  )

  api.post(
    '/api/v1/settings/presets/:id/versions/:version/restore',
    {
      config: { scope: 'write' },
      schema: {
        params: byId.extend({ version: z.coerce.number().int().min(1).max(2_147_483_647) }),
        querystring: inDialect,
        response: { 200: presetResponse },
      },
    },
    async (request) => {
      const { project } = callerOf(request)
      return shapePreset(await presets.restore(project, refOf(request), request.params.version))
    },
  )
}

function refOf({
  params,
  query,
}: {
  readonly params: z.output<typeof byId>
  readonly query: z.output<typeof inDialect>
}): PresetRef {
  return { idOrName: params.id, dialect: query.dialect }
}
