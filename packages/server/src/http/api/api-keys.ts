/**
 * API keys. The key itself is in one answer only: the one that makes it.
 *
 * img-src documents neither list nor answer; the shapes are ours, times in Unix seconds as in its other settings.
 */
import { problem } from '@fovea/core'
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import * as z from 'zod'
import { type ApiKey, scopes } from '../../projects/index.ts'
import { callerOf } from './admit.ts'
import type { ApiContext, Caller } from './dependencies.ts'
import { partOf, partOfList } from './part-of-list.ts'
import { isoTime } from './shapes.ts'

const scope = z.enum(scopes)
const dayMs = 24 * 60 * 60 * 1000

const keyShape = {
  id: z.string(),
  name: z.string(),
  prefix: z.string(),
  scopes: z.array(scope),
  created_at: z.int(),
  expires_at: z.int().nullable(),
  last_used_at: z.int().nullable(),
  total_requests: z.int(),
}

export function apiKeyRoutes(plain: FastifyInstance, { apiKeys }: ApiContext): void {
  const api = plain.withTypeProvider<ZodTypeProvider>()

  api.get(
    '/api/v1/settings/api-keys',
    {
      config: { scope: 'read' },
      schema: {
        querystring: partOfList,
        response: { 200: z.object({ api_keys: z.array(z.object(keyShape)), total: z.int() }) },
      },
    },
    async (request) => {
      const keys = await apiKeys.list(callerOf(request).project.id)
      return { api_keys: partOf(keys, request.query).map(shape), total: keys.length }
    },
  )

  api.post(
    '/api/v1/settings/api-keys',
    {
      config: { scope: 'write', role: 'admin' },
      schema: {
        body: z.strictObject({
          name: z.string().trim().min(1).max(100),
          scopes: z.array(scope).min(1).max(scopes.length).nullish(),
          expires_in_days: z.int().min(1).max(365).nullish(),
        }),
        response: { 201: z.object({ ...keyShape, key: z.string() }) },
      },
    },
    async (request, reply) => {
      const { project, scopes: own, actor } = callerOf(request)
      const { name, scopes: wanted, expires_in_days: days } = request.body
      const granted = scopes.filter((each) => (wanted ?? own).includes(each))
      const beyond = granted.find((each) => !own.includes(each))
      if (beyond !== undefined) {
        throw problem('auth/forbidden', {
          detail: `A key cannot make one that may do more: this key has no scope "${beyond}".`,
          members: { scope: beyond },
        })
      }
      const expiresAt = endOf(actor, days ?? undefined)
      const { key, text } = await apiKeys.create(project.id, { name, scopes: granted, expiresAt })
      return reply.code(201).send({ ...shape(key), key: text })
    },
  )

  api.delete(
    '/api/v1/settings/api-keys/:id',
    {
      config: { scope: 'write', role: 'admin' },
      schema: {
        params: z.object({ id: z.string() }),
        response: { 200: z.object({ success: z.boolean(), message: z.string() }) },
      },
    },
    async (request) => {
      await apiKeys.revoke(callerOf(request).project.id, request.params.id)
      return { success: true, message: 'API key revoked' }
    },
  )
}

/**
 * When a new key expires, Unix milliseconds: not after the key or token that makes it, or who has it for a while would
 * keep it for ever.
 */
function endOf(maker: Caller['actor'], days: number | undefined): number | null {
  const asked = days === undefined ? null : Date.now() + days * dayMs
  const last = lifeOf(maker)
  if (last === null || asked === null) return asked ?? last
  if (asked <= last) return asked
  throw problem('auth/forbidden', {
    detail: `What expires cannot make a key that lives longer: this one ends at ${isoTime(last)}.`,
    members: { pointer: '/expires_in_days' },
  })
}

/** When whoever asks stops being let in, Unix milliseconds; null = never. */
function lifeOf(actor: Caller['actor']): number | null {
  if (actor.kind === 'person') return null
  return actor.kind === 'key' ? actor.key.expiresAt : actor.expiresAt
}

function shape(key: ApiKey) {
  const seconds = (unixMs: number | null) => (unixMs === null ? null : Math.floor(unixMs / 1000))
  return {
    id: key.id,
    name: key.name,
    prefix: key.prefix,
    scopes: [...key.scopes],
    created_at: Math.floor(key.createdAt / 1000),
    expires_at: seconds(key.expiresAt),
    last_used_at: seconds(key.lastUsedAt),
    total_requests: key.totalRequests,
  }
}
