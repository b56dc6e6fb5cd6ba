/** The page at `/`, and the icon of all our pages. */
import { readFile } from 'node:fs/promises'
import { icon, welcomeFor, welcomeHeaders } from '../../welcome/index.ts'
import type { Routes } from './dependencies.ts'

const config = { isPublic: true } as const
const forADay = { 'cache-control': 'public, max-age=86400' } as const

/** For what asks for `/favicon.ico` whatever a page says: the same drawing, 32 px. */
const icoFile = new URL('../../../assets/favicon.ico', import.meta.url)

export const welcomeRoutes: Routes = (api, context) => {
  api.get('/', { config }, async (_, reply) => {
    return reply
      .headers(welcomeHeaders)
      .serializer(String)
      .send(await welcomeFor(context))
  })
  api.get('/favicon.svg', { config }, async (_, reply) =>
    reply.headers(forADay).type('image/svg+xml').serializer(String).send(icon),
  )
  api.get('/favicon.ico', { config }, async (_, reply) =>
    reply
      .headers(forADay)
      .type('image/x-icon')
      .send(await readFile(icoFile)),
  )
}
