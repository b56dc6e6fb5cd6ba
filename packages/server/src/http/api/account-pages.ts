/**
 * What people do by links in letters, as pages of their own: signing in and up, a new password, a confirmed address, an
 * invitation. They are the console's way in and ask for nothing but a browser.
 *
 * A form is a POST of a cookie's owner, so each must come from our own pages, like every change with a session.
 */
import { Problem, problem } from '@fovea/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isFromOurPages } from '../../accounts/index.ts'
import { type PageHandler, textsOf } from './account-pages/account-page.ts'
import { emailPages } from './account-pages/email-confirmed.ts'
import { invitationPages } from './account-pages/invitation.ts'
import { show } from './account-pages/page.ts'
import { resetPasswordPages } from './account-pages/reset-password.ts'
import { restoreAccountPages } from './account-pages/restore-account.ts'
import { secondFactorPages } from './account-pages/second-factor.ts'
import { signInPages } from './account-pages/sign-in.ts'
import { signUpPages } from './account-pages/sign-up.ts'
import type { ApiContext } from './dependencies.ts'

const all = [
  signInPages,
  secondFactorPages,
  signUpPages,
  emailPages,
  resetPasswordPages,
  invitationPages,
  restoreAccountPages,
] as const

/** Names, addresses, passwords and codes, percent-encoded, bytes. */
const bodyLimit = 16 * 1024

export function accountPageRoutes(plain: FastifyInstance, context: ApiContext): void {
  plain.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit },
      (_request, body, done) => done(null, body),
    )
    scope.setErrorHandler((error, _request, reply) => {
      if (!(error instanceof Problem)) throw error
      const { title, detail, status } = error
      return show(reply, { title, error: detail ?? title, body: [] }, status)
    })
    scope.addHook('preHandler', async (request) => mustBeOurs(request, context))
    const config = { isPublic: true }
    const pages = {
      get: (path: string, handler: PageHandler) =>
        scope.get(path, { config }, (request, reply) =>
          handler(textsOf(request.originalUrl.split('?').slice(1).join('?')), reply, request),
        ),
      post: (path: string, handler: PageHandler) =>
        scope.post<{ Body: string | undefined }>(path, { config }, (request, reply) =>
          handler(textsOf(request.body ?? ''), reply, request),
        ),
    }
    for (const add of all) add(pages, context)
  })
}

function mustBeOurs(request: FastifyRequest, { publicUrl }: ApiContext): void {
  if (request.method !== 'POST' || isFromOurPages(request.headers, publicUrl)) return
  throw problem('auth/cross-site', {
    detail: 'This form was not sent from our own pages. Open the page again.',
  })
}
