/** The audit log: written after every change that went well, before it is answered; read by those who may. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import * as z from 'zod'
import { type AuditEvent, type AuditOf, actorKinds, type StoredEvent } from '../../audit/index.ts'
import { errorFields } from '../../observe/index.ts'
import { callerOf, personOf } from './admit.ts'
import { cursorText, positionOf } from './cursor.ts'
import type { ApiContext } from './dependencies.ts'
import { isoTime } from './shapes.ts'

const eventShape = z.object({
  id: z.string(),
  at: z.string(),
  actor: z.object({ kind: z.enum(actorKinds), id: z.string(), name: z.string() }),
  action: z.string(),
  target: z.record(z.string(), z.string()),
})
const page = z.object({ events: z.array(eventShape), next_cursor: z.string().nullable() })
const querystring = z.strictObject({
  limit: z.coerce.number().int().min(1).max(500).default(50),
  cursor: z.string().max(200).optional(),
})
const position = z.string().max(64)

export function auditRoutes(plain: FastifyInstance, { audit, teams }: ApiContext): void {
  const api = plain.withTypeProvider<ZodTypeProvider>()
  const list = async (of: AuditOf, { limit, cursor }: z.output<typeof querystring>) => {
    const before = cursor === undefined ? undefined : positionOf(position, cursor)
    const events = await audit.list(of, { limit: limit + 1, before })
    const shown = events.slice(0, limit)
    const last = events.length > limit ? shown.at(-1) : undefined
    return { events: shown.map(shaped), next_cursor: last === undefined ? null : cursorText(last.id) }
  }

  api.get(
    '/api/v1/project/audit',
    { config: { scope: 'write', role: 'admin' }, schema: { querystring, response: { 200: page } } },
    (request) => list({ projectId: callerOf(request).project.id }, request.query),
  )

  api.get(
    '/api/v1/teams/:team/audit',
    {
      config: { isPersonal: true },
      schema: { params: z.object({ team: z.string() }), querystring, response: { 200: page } },
    },
    async (request) => {
      const { id } = await teams.mustHave(personOf(request), request.params.team, 'admin')
      return list({ teamId: id }, request.query)
    },
  )

  api.get(
    '/api/v1/account/audit',
    { config: { isPersonal: true }, schema: { querystring, response: { 200: page } } },
    (request) => list({ personId: personOf(request).userId }, request.query),
  )
}

/** Writes down a change that was made. One that cannot be written is in the log, and the change stays made. */
export async function recordChange(
  request: FastifyRequest,
  status: number,
  context: ApiContext,
): Promise<void> {
  const event = status < 400 ? changeOf(request) : undefined
  if (event === undefined) return
  const failed = (error: unknown) =>
    context.log.error({ event: 'audit.not_written', action: event.action, ...errorFields(error) })
  if (request.routeOptions.config.isFrequent === true) context.audit.recordSoon(event, failed)
  else await context.audit.record(event).catch(failed)
}

function changeOf(request: FastifyRequest): AuditEvent | undefined {
  const { caller, method, audited, isReplayed } = request
  const { url } = request.routeOptions
  if (isReplayed || ['GET', 'HEAD', 'OPTIONS'].includes(method)) return undefined
  const actor = actorOf(request)
  if (actor === undefined) return undefined
  const target = Object.fromEntries(
    Object.entries(request.params ?? {}).map(([name, value]) => [name, String(value).slice(0, 1024)]),
  )
  return {
    actor,
    action: `${method} ${url}`,
    target,
    projectId: audited?.projectId ?? caller?.project.id,
    teamId: audited?.teamId ?? target.team,
  }
}

function actorOf({ caller, person }: FastifyRequest): AuditEvent['actor'] | undefined {
  const actor = caller?.actor
  if (actor?.kind === 'key') return { kind: 'key', id: actor.key.id, name: actor.key.name }
  if (actor?.kind === 'token') return { kind: 'token', id: actor.subject, name: actor.subject }
  return person === null ? undefined : { kind: 'person', id: person.userId, name: person.email }
}

function shaped({ id, at, actor, action, target }: StoredEvent): z.input<typeof eventShape> {
  return { id, at: isoTime(at), actor, action, target: { ...target } }
}
