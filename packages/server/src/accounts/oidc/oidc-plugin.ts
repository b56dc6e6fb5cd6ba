/**
 * Signing in at the operator's identity provider, as two paths of better-auth: away to it, and back.
 *
 * State, nonce and verifier wait in a cookie inside the sealed one, for ten minutes and for one return. The provider's
 * tokens are not kept: who somebody is was all we wanted to know.
 */
import type { BetterAuthPlugin } from 'better-auth'
import { APIError, createAuthEndpoint } from 'better-auth/api'
import { setSessionCookie } from 'better-auth/cookies'
import * as z from 'zod'
import type { AuditLog } from '../../audit/index.ts'
import type { Egress } from '../../egress/index.ts'
import { errorFields, type Log } from '../../observe/index.ts'
import { nextOf, withNext } from '../next.ts'
import { OidcClient } from './oidc-client.ts'
import { OidcRefusal, type OidcSettings } from './oidc-settings.ts'
import { type ProviderRules, personOf } from './provider-person.ts'

interface OidcPluginOptions extends Pick<ProviderRules, 'database' | 'termsVersion'> {
  readonly egress: Egress
  readonly audit: AuditLog
  readonly log: Log
  /** Address people use, without a trailing slash. */
  readonly publicUrl: string
}

const callbackPath = '/oidc/callback'
const cookieName = 'fovea.oidc'
const waitSeconds = 10 * 60

const waiting = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  next: z.string(),
  termsVersion: z.string().optional(),
})

export function oidcPlugin(settings: OidcSettings, options: OidcPluginOptions): BetterAuthPlugin {
  const { egress, publicUrl, log } = options
  const client = new OidcClient(settings, egress, redirectUri(publicUrl))
  const rules = { ...options, ...settings }
  const signInPage = (next: string, error: string) =>
    `${publicUrl}/console/sign-in?${new URLSearchParams({ error, next })}`

  const start = createAuthEndpoint(
    '/sign-in/oidc',
    {
      method: 'GET',
      query: z.object({
        next: z.string().max(500).optional(),
        /** The version of the terms that a new person accepts. */
        termsVersion: z.string().max(100).optional(),
      }),
    },
    async (ctx) => {
      const next = nextOf(ctx.query.next)
      const begun = await client.begin().catch((error: unknown) => {
        log.error({ event: 'oidc.unreachable', ...errorFields(error) })
        return undefined
      })
      if (begun === undefined) throw ctx.redirect(signInPage(next, 'OIDC_UNREACHABLE'))
      const kept = { ...begun.checks, next, termsVersion: ctx.query.termsVersion }
      ctx.setCookie(cookieName, Buffer.from(JSON.stringify(kept)).toString('base64url'), {
        maxAge: waitSeconds,
      })
      throw ctx.redirect(begun.url.href)
    },
  )

  const back = createAuthEndpoint(callbackPath, { method: 'GET' }, async (ctx) => {
    const kept = keptIn(ctx.getCookie(cookieName))
    ctx.setCookie(cookieName, '', { maxAge: 0 })
    if (kept === undefined) throw ctx.redirect(signInPage(nextOf(undefined), 'OIDC_TOO_LATE'))
    const next = nextOf(kept.next)
    try {
      const claims = await client.finish(new URL(ctx.request?.url ?? ''), kept)
      const userId = await personOf(claims, kept.termsVersion, rules)
      const user = await ctx.context.internalAdapter.findUserById(userId)
      if (user === null) throw new TypeError('a person was found and is gone')
      const session = await ctx.context.internalAdapter.createSession(userId)
      await setSessionCookie(ctx, { session, user })
      const actor = { kind: 'person', id: userId, name: user.email } as const
      await options.audit.record({ actor, action: 'sign-in/oidc', target: {} })
    } catch (error) {
      const code = codeOf(error)
      log.warn({ event: 'oidc.refused', ...errorFields(error) })
      throw ctx.redirect(
        code === 'TERMS_NOT_ACCEPTED'
          ? `${publicUrl}${withNext('/console/sign-up', next)}`
          : signInPage(next, code),
      )
    }
    throw ctx.redirect(`${publicUrl}${next}`)
  })

  return { id: 'oidc', endpoints: { signInOidc: start, callbackOidc: back } }
}

/** A closed account is refused by better-auth's hook, in its form. */
function codeOf(error: unknown): string {
  if (error instanceof OidcRefusal) return error.code
  return error instanceof APIError && error.body?.code === 'ACCOUNT_CLOSED' ? 'ACCOUNT_CLOSED' : 'OIDC_FAILED'
}

/** What must be registered at the provider. */
export function redirectUri(publicUrl: string): string {
  return `${publicUrl}/api/auth${callbackPath}`
}

function keptIn(cookie: string | null | undefined): z.output<typeof waiting> | undefined {
  if (cookie === null || cookie === undefined) return undefined
  try {
    return waiting.parse(JSON.parse(Buffer.from(cookie, 'base64url').toString('utf8')))
  } catch {
    return undefined
  }
}
