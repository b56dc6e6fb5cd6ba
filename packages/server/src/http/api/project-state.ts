/** Closing a project and opening it again; and the states that only the operator sets. */
import { problem } from '@fovea/core'
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import * as z from 'zod'
import { lastingStates } from '../../projects/index.ts'
import { callerOf, personOf } from './admit.ts'
import type { ApiContext } from './dependencies.ts'
import { isoTime } from './shapes.ts'

const bySlug = z.object({ project: z.string() })
const stateShape = z.object({
  project: z.string(),
  state: z.string(),
  reason: z.string().nullable(),
})
/** What an operator says of a project or a team. */
export const newState = {
  state: z.enum(lastingStates),
  reason: z.string().trim().min(1).max(500).optional(),
}
const done = z.object({ success: z.boolean(), message: z.string() })

export function projectStateRoutes(plain: FastifyInstance, { projects, closeDays }: ApiContext): void {
  const api = plain.withTypeProvider<ZodTypeProvider>()

  api.delete(
    '/api/v1/project',
    {
      config: { scope: 'write', role: 'owner' },
      schema: { response: { 200: done.extend({ gone_at: z.string() }) } },
    },
    async (request) => {
      const { project, actor } = callerOf(request)
      if (actor.kind !== 'person')
        throw problem('auth/forbidden', { detail: 'Only an owner who is signed in closes a project.' })
      const goneAt = await projects.close(project, closeDays)
      return { success: true, message: 'Project closed', gone_at: isoTime(goneAt) }
    },
  )

  api.post(
    '/api/v1/projects/:project/restore',
    { config: { isPersonal: true }, schema: { params: bySlug, response: { 200: done } } },
    async (request) => {
      const access = await projects.forPerson(personOf(request).userId, request.params.project)
      if (access === undefined || access.project.state !== 'closed' || access.role !== 'owner') {
        throw problem('project/not-found', { detail: 'You own no closed project of that slug.' })
      }
      await projects.restore(access.project)
      request.audited = { projectId: access.project.id }
      return { success: true, message: 'Project opened again' }
    },
  )

  api.put(
    '/api/v1/operator/projects/:project/state',
    {
      config: { isPersonal: true },
      schema: {
        params: bySlug,
        body: z.strictObject({
          ...newState,
        }),
        response: { 200: stateShape },
      },
    },
    async (request) => {
      // Who does not operate the installation learns nothing of what it holds.
      const project = personOf(request).isOperator
        ? await projects.resolve(request.params.project)
        : undefined
      if (project === undefined || project.state === 'closed') {
        throw problem('project/not-found', { detail: 'There is no such project for you to manage.' })
      }
      const { state, reason = null } = request.body
      await projects.setState(project, state, reason)
      request.audited = { projectId: project.id }
      return { project: project.slug, state, reason }
    },
  )
}
