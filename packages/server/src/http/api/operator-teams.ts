/** What the operator of the installation sees of all teams, and the states of a team that only the operator sets. */
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import * as z from 'zod'
import { noTeamToManage, type OperatedTeam } from '../../accounts/index.ts'
import { operatorOf, personOf } from './admit.ts'
import { cursorText, positionOf } from './cursor.ts'
import type { ApiContext } from './dependencies.ts'
import { newState } from './project-state.ts'
import { isoTime } from './shapes.ts'

const config = { isPersonal: true } as const
const teamShape = z.object({
  id: z.string(),
  name: z.string(),
  state: z.string(),
  reason: z.string().nullable(),
  gone_at: z.string().nullable(),
  owners: z.array(z.string()),
  projects: z.array(z.string()),
})
const position = z.string().max(100)

export function operatorTeamRoutes(plain: FastifyInstance, { operatedTeams }: ApiContext): void {
  const api = plain.withTypeProvider<ZodTypeProvider>()

  api.get(
    '/api/v1/operator/teams',
    {
      config,
      schema: {
        querystring: z.strictObject({
          limit: z.coerce.number().int().min(1).max(200).default(50),
          cursor: z.string().max(200).optional(),
        }),
        response: { 200: z.object({ teams: z.array(teamShape), next_cursor: z.string().nullable() }) },
      },
    },
    async (request) => {
      operatorOf(request)
      const { limit, cursor } = request.query
      const after = cursor === undefined ? undefined : positionOf(position, cursor)
      const found = await operatedTeams.list({ limit: limit + 1, after })
      const shown = found.slice(0, limit)
      const last = found.length > limit ? shown.at(-1) : undefined
      return { teams: shown.map(shaped), next_cursor: last === undefined ? null : cursorText(last.id) }
    },
  )

  api.put(
    '/api/v1/operator/teams/:team/state',
    {
      config,
      schema: {
        params: z.object({ team: z.string() }),
        body: z.strictObject(newState),
        response: { 200: z.object({ team: z.string(), ...newState, reason: z.string().nullable() }) },
      },
    },
    async (request) => {
      // Who does not operate the installation learns nothing of what it holds.
      if (!personOf(request).isOperator) throw noTeamToManage()
      const { team } = request.params
      const { state, reason = null } = request.body
      await operatedTeams.setState(team, state, reason)
      return { team, state, reason }
    },
  )
}

function shaped({ stateReason, goneAt, owners, projects, ...team }: OperatedTeam): z.input<typeof teamShape> {
  return {
    ...team,
    reason: stateReason,
    gone_at: goneAt === null ? null : isoTime(goneAt),
    owners: [...owners],
    projects: [...projects],
  }
}
