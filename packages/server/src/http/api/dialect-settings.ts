/** What a project says to one dialect alone: checked by that dialect before it is stored, so that no URL meets a slip. */
import { dialectNamed, dialectNames } from '@fovea/core'
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import * as z from 'zod'
import { dialectContext } from '../../projects/index.ts'
import { callerOf } from './admit.ts'
import type { ApiContext } from './dependencies.ts'

const names = dialectNames.filter((name) => dialectNamed(name).checkSettings !== undefined)
const byName = z.object({ dialect: z.enum(names) })
const body = z.record(z.string(), z.unknown())
const shape = z.object({ dialect: z.string(), settings: body })

export function dialectSettingsRoutes(plain: FastifyInstance, { projects, limits }: ApiContext): void {
  const api = plain.withTypeProvider<ZodTypeProvider>()

  api.get(
    '/api/v1/settings/dialects/:dialect',
    { config: { scope: 'read' }, schema: { params: byName, response: { 200: shape } } },
    async (request) => {
      const { project } = callerOf(request)
      const { dialect } = request.params
      const checked = dialectNamed(dialect).checkSettings
      const stored = project.settings.dialects[dialect]
      return { dialect, settings: { ...(stored ?? checked?.({}, dialectContext(project, dialect, limits))) } }
    },
  )

  api.put(
    '/api/v1/settings/dialects/:dialect',
    { config: { scope: 'write' }, schema: { params: byName, body, response: { 200: shape } } },
    async (request) => {
      const { project } = callerOf(request)
      const { dialect } = request.params
      const context = dialectContext(project, dialect, limits)
      const settings = dialectNamed(dialect).checkSettings?.(request.body, context) ?? {}
      await projects.updateSettings(project, {
        dialects: { ...project.settings.dialects, [dialect]: settings },
      })
      return { dialect, settings: { ...settings } }
    },
  )
}
