/** The projects of the signed-in person: all of them, and making one. What is about one of them is in project.ts. */
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import * as z from 'zod'
import { roles } from '../../projects/index.ts'
import { personOf } from './admit.ts'
import type { ApiContext } from './dependencies.ts'
import { partOf, partOfList } from './part-of-list.ts'
import { projectName, projectSlug } from './project.ts'

const shape = z.object({
  id: z.string(),
  slug: z.string(),
  name: z.string(),
  plan: z.string(),
  team_id: z.string(),
  team_name: z.string(),
  /** The person's, in the project's team. */
  role: z.enum(roles),
  state: z.string(),
  /** When a closed one is deleted. */
  gone_at: z.int().nullable(),
  created_at: z.int(),
})

const config = { isPersonal: true } as const

export function projectListRoutes(plain: FastifyInstance, { projects, teams, plans }: ApiContext): void {
  const api = plain.withTypeProvider<ZodTypeProvider>()
  const list = async (userId: string) =>
    (await projects.listFor(userId)).map(
      ({ teamId, teamName, createdAt, goneAt, ...project }): z.input<typeof shape> => ({
        ...project,
        team_id: teamId,
        team_name: teamName,
        gone_at: goneAt === null ? null : Math.floor(goneAt / 1000),
        created_at: Math.floor(createdAt / 1000),
      }),
    )

  api.get(
    '/api/v1/projects',
    {
      config,
      schema: {
        querystring: partOfList,
        response: { 200: z.object({ projects: z.array(shape), total: z.int() }) },
      },
    },
    async (request) => {
      const all = await list(personOf(request).userId)
      return { projects: [...partOf(all, request.query)], total: all.length }
    },
  )

  api.post(
    '/api/v1/projects',
    {
      config,
      schema: {
        body: z.strictObject({
          name: projectName,
          slug: projectSlug,
          team_id: z.string().min(1).max(100).optional(),
        }),
        response: { 201: z.object({ project: shape }) },
      },
    },
    async (request, reply) => {
      const person = personOf(request)
      const { name, slug, team_id: wanted } = request.body
      const team = await teams.forNewProject(person, wanted)
      const plan = plans.keys().next().value ?? 'unlimited'
      const made = await projects.create({ name, slug, teamId: team.id, userId: person.userId, plan })
      request.audited = { projectId: made.id, teamId: team.id }
      const listed = (await list(person.userId)).find(({ id }) => id === made.id)
      if (listed === undefined) throw new TypeError(`The project ${made.id} was made and is not listed`)
      return reply.code(201).send({ project: listed })
    },
  )
}
