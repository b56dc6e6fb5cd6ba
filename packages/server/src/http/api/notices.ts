/** What the operator of the installation has to say: shown to people until they dismiss it, written by the operator. */
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import * as z from 'zod'
import { type Notice, noNotice } from '../../accounts/index.ts'
import { operatorOf, personOf } from './admit.ts'
import { cursorText, positionOf } from './cursor.ts'
import type { ApiContext } from './dependencies.ts'
import { isoTime } from './shapes.ts'

const config = { isPersonal: true } as const
const noticeShape = z.object({
  id: z.string(),
  title: z.string(),
  text: z.string(),
  /** For whom; null = everybody. */
  team_id: z.string().nullable(),
  starts_at: z.string(),
  created_at: z.string(),
})
const byId = z.object({ notice: z.string() })
const done = z.object({ success: z.boolean(), message: z.string() })
const position = z.string().max(100)

export function noticeRoutes(plain: FastifyInstance, context: ApiContext): void {
  const { notices } = context
  const api = plain.withTypeProvider<ZodTypeProvider>()

  api.get(
    '/api/v1/notices',
    { config, schema: { response: { 200: z.object({ notices: z.array(noticeShape) }) } } },
    async (request) => ({ notices: (await notices.activeFor(personOf(request))).map(shaped) }),
  )

  api.post(
    '/api/v1/notices/:notice/dismiss',
    { config, schema: { params: byId, response: { 200: done } } },
    async (request) => {
      await notices.dismiss(personOf(request), request.params.notice)
      return { success: true, message: 'Notice dismissed' }
    },
  )

  operatorRoutes(plain, context)
}

function operatorRoutes(plain: FastifyInstance, { notices }: ApiContext): void {
  const api = plain.withTypeProvider<ZodTypeProvider>()

  api.get(
    '/api/v1/operator/notices',
    {
      config,
      schema: {
        querystring: z.strictObject({
          limit: z.coerce.number().int().min(1).max(200).default(50),
          cursor: z.string().max(200).optional(),
        }),
        response: { 200: z.object({ notices: z.array(noticeShape), next_cursor: z.string().nullable() }) },
      },
    },
    async (request) => {
      operatorOf(request)
      const { limit, cursor } = request.query
      const before = cursor === undefined ? undefined : positionOf(position, cursor)
      const found = await notices.list({ limit: limit + 1, before })
      const shown = found.slice(0, limit)
      const last = found.length > limit ? shown.at(-1) : undefined
      return { notices: shown.map(shaped), next_cursor: last === undefined ? null : cursorText(last.id) }
    },
  )

  api.post(
    '/api/v1/operator/notices',
    {
      config,
      schema: {
        body: z.strictObject({
          title: z.string().trim().min(1).max(150),
          text: z.string().trim().min(1).max(5_000),
          starts_at: z.iso.datetime({ offset: true }).optional(),
          team_id: z.string().min(1).max(100).optional(),
        }),
        response: { 201: z.object({ notice: noticeShape }) },
      },
    },
    async (request, reply) => {
      operatorOf(request)
      const { title, text, starts_at: startsAt, team_id: teamId = null } = request.body
      const notice = await notices.create({
        title,
        text,
        teamId,
        startsAt: startsAt === undefined ? Date.now() : Date.parse(startsAt),
      })
      if (teamId !== null) request.audited = { teamId }
      return reply.code(201).send({ notice: shaped(notice) })
    },
  )

  api.delete(
    '/api/v1/operator/notices/:notice',
    { config, schema: { params: byId, response: { 200: done } } },
    async (request) => {
      if (!personOf(request).isOperator) throw noNotice()
      await notices.takeBack(request.params.notice)
      return { success: true, message: 'Notice taken back' }
    },
  )
}

function shaped({ id, title, text, teamId, startsAt, createdAt }: Notice): z.input<typeof noticeShape> {
  return {
    id,
    title,
    text,
    team_id: teamId,
    starts_at: isoTime(startsAt),
    created_at: isoTime(createdAt),
  }
}
