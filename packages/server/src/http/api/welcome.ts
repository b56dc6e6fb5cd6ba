/** The page at `/` and at `/console`, where the console will be. */
import { welcomeFor, welcomeHeaders } from '../../welcome/index.ts'
import type { Routes } from './dependencies.ts'

export const welcomeRoutes: Routes = (api, context) => {
  for (const url of ['/', '/console']) {
    api.get(url, { config: { isPublic: true } }, async (_, reply) => {
      return reply
        .headers(welcomeHeaders)
        .serializer(String)
        .send(await welcomeFor(context))
    })
  }
}
