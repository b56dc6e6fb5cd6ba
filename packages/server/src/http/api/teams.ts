/** Teams of the signed-in person: members, roles, invitations. */
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import * as z from 'zod'
import type { Invitation, Member, Team } from '../../accounts/index.ts'
import { roles } from '../../projects/index.ts'
import { personOf } from './admit.ts'
import type { ApiContext } from './dependencies.ts'
import { partOf, partOfList } from './part-of-list.ts'

const name = z.string().trim().min(1).max(100)
const role = z.enum(roles)
const email = z.email().max(254).toLowerCase()

const teamShape = z.object({
  id: z.string(),
  name: z.string(),
  role,
  state: z.string(),
  reason: z.string().nullable(),
  /** When a closed one is deleted. */
  gone_at: z.int().nullable(),
  created_at: z.int(),
})
const memberShape = z.object({
  user_id: z.string(),
  email: z.string(),
  name: z.string(),
  role,
  since: z.int(),
})
const invitationShape = z.object({
  id: z.string(),
  email: z.string(),
  role,
  expires_at: z.int(),
  created_at: z.int(),
})
const done = z.object({ success: z.boolean(), message: z.string() })

const ofTeam = z.object({ team: z.string() })
const config = { isPersonal: true } as const

export function teamRoutes(plain: FastifyInstance, context: ApiContext): void {
  const { teams } = context
  const api = plain.withTypeProvider<ZodTypeProvider>()

  api.get(
    '/api/v1/teams',
    {
      config,
      schema: {
        querystring: partOfList,
        response: { 200: z.object({ teams: z.array(teamShape), total: z.int() }) },
      },
    },
    async (request) => {
      const all = await teams.list(personOf(request))
      return { teams: partOf(all, request.query).map(shapeTeam), total: all.length }
    },
  )

  api.post(
    '/api/v1/teams',
    { config, schema: { body: z.strictObject({ name }), response: { 201: z.object({ team: teamShape }) } } },
    async (request, reply) => {
      const team = await teams.create(personOf(request), request.body.name)
      request.audited = { teamId: team.id }
      return reply.code(201).send({ team: shapeTeam(team) })
    },
  )

  api.patch(
    '/api/v1/teams/:team',
    {
      config,
      schema: {
        params: ofTeam,
        body: z.strictObject({ name }),
        response: { 200: z.object({ team: teamShape }) },
      },
    },
    async (request) => {
      const team = await teams.rename(personOf(request), request.params.team, request.body.name)
      return { team: shapeTeam(team) }
    },
  )

  api.delete(
    '/api/v1/teams/:team',
    { config, schema: { params: ofTeam, response: { 200: done } } },
    async (request) => {
      await teams.delete(personOf(request), request.params.team)
      return { success: true, message: 'Team deleted' }
    },
  )

  memberRoutes(plain, context)
  invitationRoutes(plain, context)
}

const ofMember = z.object({ team: z.string(), user: z.string() })

function memberRoutes(plain: FastifyInstance, { teams }: ApiContext): void {
  const api = plain.withTypeProvider<ZodTypeProvider>()

  api.get(
    '/api/v1/teams/:team/members',
    {
      config,
      schema: {
        params: ofTeam,
        querystring: partOfList,
        response: { 200: z.object({ members: z.array(memberShape), total: z.int() }) },
      },
    },
    async (request) => {
      const all = await teams.members(personOf(request), request.params.team)
      return { members: partOf(all, request.query).map(shapeMember), total: all.length }
    },
  )

  api.patch(
    '/api/v1/teams/:team/members/:user',
    { config, schema: { params: ofMember, body: z.strictObject({ role }), response: { 200: done } } },
    async (request) => {
      const { team, user } = request.params
      await teams.changeRole(personOf(request), team, user, request.body.role)
      return { success: true, message: 'Role changed' }
    },
  )

  api.delete(
    '/api/v1/teams/:team/members/:user',
    { config, schema: { params: ofMember, response: { 200: done } } },
    async (request) => {
      await teams.removeMember(personOf(request), request.params.team, request.params.user)
      return { success: true, message: 'Member removed' }
    },
  )
}

function invitationRoutes(plain: FastifyInstance, { invitations }: ApiContext): void {
  const api = plain.withTypeProvider<ZodTypeProvider>()

  api.get(
    '/api/v1/teams/:team/invitations',
    {
      config,
      schema: {
        params: ofTeam,
        querystring: partOfList,
        response: { 200: z.object({ invitations: z.array(invitationShape), total: z.int() }) },
      },
    },
    async (request) => {
      const all = await invitations.list(personOf(request), request.params.team)
      return { invitations: partOf(all, request.query).map(shapeInvitation), total: all.length }
    },
  )

  api.post(
    '/api/v1/teams/:team/invitations',
    {
      config,
      schema: {
        params: ofTeam,
        body: z.strictObject({ email, role }),
        response: { 201: z.object({ invitation: invitationShape }) },
      },
    },
    async (request, reply) => {
      const made = await invitations.invite(personOf(request), request.params.team, request.body)
      return reply.code(201).send({ invitation: shapeInvitation(made) })
    },
  )

  api.delete(
    '/api/v1/teams/:team/invitations/:invitation',
    {
      config,
      schema: { params: z.object({ team: z.string(), invitation: z.string() }), response: { 200: done } },
    },
    async (request) => {
      await invitations.withdraw(personOf(request), request.params.team, request.params.invitation)
      return { success: true, message: 'Invitation withdrawn' }
    },
  )

  api.post(
    '/api/v1/invitations/accept',
    {
      config,
      schema: {
        body: z.strictObject({ token: z.string().min(1).max(100) }),
        response: { 200: z.object({ team: teamShape }) },
      },
    },
    async (request) => {
      const team = await invitations.accept(personOf(request), request.body.token)
      request.audited = { teamId: team.id }
      return { team: shapeTeam(team) }
    },
  )
}

const seconds = (unixMs: number) => Math.floor(unixMs / 1000)

function shapeTeam({ createdAt, stateReason, goneAt, ...team }: Team): z.input<typeof teamShape> {
  return {
    ...team,
    reason: stateReason,
    gone_at: goneAt === null ? null : seconds(goneAt),
    created_at: seconds(createdAt),
  }
}

function shapeMember({ userId, since, ...member }: Member): z.input<typeof memberShape> {
  return { user_id: userId, ...member, since: seconds(since) }
}

function shapeInvitation({
  expiresAt,
  createdAt,
  ...invitation
}: Invitation): z.input<typeof invitationShape> {
  return { ...invitation, expires_at: seconds(expiresAt), created_at: seconds(createdAt) }
}
