/** The signed-in person's own account: closing it, and opening it again by the link of the letter. */
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import * as z from 'zod'
import { personOf } from './admit.ts'
import type { ApiContext } from './dependencies.ts'
import { isoTime } from './shapes.ts'

const done = z.object({ success: z.boolean(), message: z.string() })
const secret = z.string().min(1).max(200)

export function accountRoutes(plain: FastifyInstance, { accounts, closing }: ApiContext): void {
  const api = plain.withTypeProvider<ZodTypeProvider>()

  api.delete(
    '/api/v1/account',
    {
      config: { isPersonal: true },
      schema: {
        body: z
          .strictObject({
            password: secret.optional(),
            code: secret.optional(),
            close_teams: z.boolean().default(false),
          })
          .default({ close_teams: false }),
        response: { 200: done.extend({ gone_at: z.string() }) },
      },
    },
    async (request, reply) => {
      const person = personOf(request)
      const { close_teams: closeTeams, ...proof } = request.body
      await accounts.mustProve({ headers: request.headers, address: request.ip }, person, proof)
      const goneAt = await closing.close(person, { closeTeams })
      reply.header('set-cookie', accounts.forgetCookie())
      return { success: true, message: 'Account closed', gone_at: isoTime(goneAt) }
    },
  )

  api.post(
    '/api/v1/account/restore',
    {
      config: { isPublic: true },
      schema: { body: z.strictObject({ token: secret }), response: { 200: done } },
    },
    async (request) => {
      await closing.restore(request.body.token)
      return { success: true, message: 'Account opened again; sign in' }
    },
  )
}
