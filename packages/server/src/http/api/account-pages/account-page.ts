/** What a file of account pages is given: GET with the texts of the query, POST with those of a form. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ApiContext } from '../dependencies.ts'

type Texts = Readonly<Record<string, string | undefined>>

export type PageHandler = (
  texts: Texts,
  reply: FastifyReply,
  request: FastifyRequest,
) => Promise<FastifyReply>

export interface PageRoutes {
  get(path: string, handler: PageHandler): void
  post(path: string, handler: PageHandler): void
}

export type AccountPages = (pages: PageRoutes, context: ApiContext) => void

/** Of a name that was given twice, the last: as forms and queries are read alike. */
export function textsOf(encoded: string): Texts {
  return Object.fromEntries(new URLSearchParams(encoded))
}
