/** Webhooks: who is told what happens in a project, what was sent, and sending it again. */
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import * as z from 'zod'
import { type Delivery, eventTypes, type Webhook } from '../../webhooks/index.ts'
import { callerOf } from './admit.ts'
import { cursorText, positionOf } from './cursor.ts'
import type { ApiContext } from './dependencies.ts'
import { partOf, partOfList } from './part-of-list.ts'
import { isoTime } from './shapes.ts'

const event = z.enum(eventTypes)
const url = z.string().min(1).max(2_048).describe('https; redirects are not followed')
const description = z.string().trim().max(200)
const wanted = z
  .array(event)
  .min(1)
  .transform((types) => eventTypes.filter((type) => types.includes(type)))
const byId = z.object({ id: z.string() })
const byDelivery = z.object({ id: z.string(), delivery: z.string() })
const state = z.enum(['pending', 'delivered', 'failed'])
const done = z.object({ success: z.boolean() })

const webhookShape = z.object({
  id: z.string(),
  url: z.string(),
  description: z.string(),
  events: z.array(event),
  enabled: z.boolean(),
  disabled_reason: z.string().nullable().describe('Set when the server disabled it'),
  failing_since: z.string().nullable().describe('Since when every attempt has failed'),
  created_at: z.string(),
  updated_at: z.string(),
})

const deliveryShape = z.object({
  id: z.string(),
  message_id: z.string().describe('The header webhook-id, the same in every attempt'),
  event: z.string(),
  state,
  attempts: z.int(),
  status: z.int().nullable().describe('Of the last attempt; null when there was no answer'),
  error: z.string().nullable(),
  duration_ms: z.int().nullable(),
  attempted_at: z.string().nullable(),
  next_attempt_at: z.string().nullable(),
  created_at: z.string(),
})

const mayChange = { scope: 'write', role: 'admin' } as const

export function webhookRoutes(plain: FastifyInstance, { webhooks, deliveries }: ApiContext): void {
  const api = plain.withTypeProvider<ZodTypeProvider>()

  api.get(
    '/api/v1/webhooks',
    {
      config: { scope: 'read' },
      schema: {
        querystring: partOfList,
        response: { 200: z.object({ webhooks: z.array(webhookShape), total: z.int() }) },
      },
    },
    async (request) => {
      const all = await webhooks.list(callerOf(request).project.id)
      return { webhooks: partOf(all, request.query).map(shaped), total: all.length }
    },
  )

  api.post(
    '/api/v1/webhooks',
    {
      config: mayChange,
      schema: {
        body: z.strictObject({ url, events: wanted, description: description.default('') }),
        response: { 201: webhookShape.extend({ secret: z.string() }) },
      },
    },
    async (request, reply) => {
      const { webhook, secret } = await webhooks.create(callerOf(request).project.id, request.body)
      return reply.code(201).send({ ...shaped(webhook), secret })
    },
  )

  api.get(
    '/api/v1/webhooks/:id',
    { config: { scope: 'read' }, schema: { params: byId, response: { 200: webhookShape } } },
    async (request) => shaped(await webhooks.get(callerOf(request).project.id, request.params.id)),
  )

  api.patch(
    '/api/v1/webhooks/:id',
    {
      config: mayChange,
      schema: {
        params: byId,
        body: z.strictObject({ url, events: wanted, description, enabled: z.boolean() }).partial(),
        response: { 200: webhookShape },
      },
    },
    async (request) => {
      const { enabled: isEnabled, ...told } = request.body
      const named = Object.entries({ ...told, isEnabled }).filter(([, value]) => value !== undefined)
      const { project } = callerOf(request)
      return shaped(await webhooks.update(project.id, request.params.id, Object.fromEntries(named)))
    },
  )

  api.delete(
    '/api/v1/webhooks/:id',
    { config: mayChange, schema: { params: byId, response: { 200: done } } },
    async (request) => {
      await webhooks.delete(callerOf(request).project.id, request.params.id)
      return { success: true }
    },
  )

  api.post(
    '/api/v1/webhooks/:id/secret',
    {
      config: mayChange,
      schema: { params: byId, response: { 201: z.object({ secret: z.string() }) } },
    },
    async (request, reply) => {
      const secret = await webhooks.rotateSecret(callerOf(request).project.id, request.params.id)
      return reply.code(201).send({ secret })
    },
  )

  api.post(
    '/api/v1/webhooks/:id/test',
    {
      config: mayChange,
      schema: {
        params: byId,
        body: z.strictObject({ event: event.default('image.uploaded') }).default({ event: 'image.uploaded' }),
        response: { 202: z.object({ delivery: z.string() }) },
      },
    },
    async (request, reply) => {
      const { project } = callerOf(request)
      const delivery = await webhooks.test(project.id, request.params.id, request.body.event)
      return reply.code(202).send({ delivery })
    },
  )

  api.get(
    '/api/v1/webhooks/:id/deliveries',
    {
      config: { scope: 'read' },
      schema: {
        params: byId,
        querystring: z.strictObject({
          state: state.optional(),
          event: event.optional(),
          limit: z.coerce.number().int().min(1).max(200).default(50),
          cursor: z.string().max(200).optional(),
        }),
        response: {
          200: z.object({ deliveries: z.array(deliveryShape), next_cursor: z.string().nullable() }),
        },
      },
    },
    async (request) => {
      const { limit, cursor, ...filter } = request.query
      const before = cursor === undefined ? undefined : positionOf(z.string().max(64), cursor)
      const { id: projectId } = callerOf(request).project
      const webhook = await webhooks.get(projectId, request.params.id)
      const page = { state: filter.state, event: filter.event, limit: limit + 1, before }
      const found = await deliveries.list({ projectId, webhookId: webhook.id }, page)
      const last = found.length > limit ? found[limit - 1] : undefined
      return {
        deliveries: found.slice(0, limit).map(shapedDelivery),
        next_cursor: last === undefined ? null : cursorText(last.id),
      }
    },
  )

  api.get(
    '/api/v1/webhooks/:id/deliveries/:delivery',
    {
      config: { scope: 'read' },
      schema: {
        params: byDelivery,
        response: {
          200: deliveryShape.extend({ body: z.string(), answer: z.string().nullable() }),
        },
      },
    },
    async (request) => {
      const { id: webhookId, delivery: id } = request.params
      const found = await deliveries.get({ projectId: callerOf(request).project.id, webhookId }, id)
      return { ...shapedDelivery(found), body: found.body, answer: found.answer }
    },
  )

  api.post(
    '/api/v1/webhooks/:id/deliveries/:delivery/replay',
    { config: mayChange, schema: { params: byDelivery, response: { 202: done } } },
    async (request, reply) => {
      const { id: webhookId, delivery: id } = request.params
      await deliveries.replay({ projectId: callerOf(request).project.id, webhookId }, id)
      return reply.code(202).send({ success: true })
    },
  )

  api.post(
    '/api/v1/webhooks/:id/replay',
    {
      config: mayChange,
      schema: {
        params: byId,
        body: z.strictObject({
          since: z.iso.datetime({ offset: true }).describe('Failed messages of what happened since then'),
        }),
        response: { 202: z.object({ success: z.boolean(), replayed: z.int() }) },
      },
    },
    async (request, reply) => {
      const of = { projectId: callerOf(request).project.id, webhookId: request.params.id }
      const replayed = await deliveries.replayFailed(of, Date.parse(request.body.since))
      return reply.code(202).send({ success: true, replayed })
    },
  )
}

function shaped(webhook: Webhook): z.input<typeof webhookShape> {
  return {
    id: webhook.id,
    url: webhook.url,
    description: webhook.description,
    events: [...webhook.events],
    enabled: webhook.isEnabled,
    disabled_reason: webhook.stateReason,
    failing_since: timeOrNull(webhook.failingSince),
    created_at: isoTime(webhook.createdAt),
    updated_at: isoTime(webhook.updatedAt),
  }
}

function shapedDelivery(delivery: Delivery): z.input<typeof deliveryShape> {
  return {
    id: delivery.id,
    message_id: delivery.messageId,
    event: delivery.event,
    state: delivery.state,
    attempts: delivery.attempts,
    status: delivery.status,
    error: delivery.error,
    duration_ms: delivery.durationMs,
    attempted_at: timeOrNull(delivery.attemptedAt),
    next_attempt_at: timeOrNull(delivery.nextAt),
    created_at: isoTime(delivery.createdAt),
  }
}

function timeOrNull(unixMs: number | null): string | null {
  return unixMs === null ? null : isoTime(unixMs)
}
