/**
 * The people of this installation: the border in front of better-auth, and who a session cookie belongs to.
 *
 * better-auth is loaded with the first request to it. Every request passes here first: a change must come from our own
 * pages, tries are counted, and the cookies inside the sealed one are unpacked and packed again.
 */
import type { IncomingHttpHeaders } from 'node:http'
import { problem } from '@fovea/core'
import type { Egress } from '../egress/index.ts'
import { addressHeader } from './address-header.ts'
import { attemptsOf, forgivenBy } from './attempt-rules.ts'
import { Attempts } from './attempts.ts'
import type { AuthOptions } from './auth.ts'
import { headerOf, openJar, sessionTokenOf, setCookieOf, withSetCookies } from './cookie-jar.ts'
import { foreignLanding } from './landing-check.ts'
import type { OidcSettings } from './oidc/oidc-settings.ts'
import { isFromOurPages } from './origin-check.ts'
import { mustProve, type Proof } from './prove.ts'
import type { SignedIn } from './signed-in.ts'

export interface AccountOptions extends AuthOptions {
  /** Another place to sign in at. */
  readonly oidc: OidcSettings | undefined
  /** The way out to it. */
  readonly egress: Egress
}

export interface AuthRequest {
  readonly method: string
  /** Path and query as the client wrote them, from `/api/auth`. */
  readonly target: string
  readonly headers: IncomingHttpHeaders
  /** The client's address, as trusted proxies say. */
  readonly address: string
  readonly body: Buffer | undefined
}

const basePath = '/api/auth'
/** Of any text in a body, characters. */
const maxTextLength = 2_048

/** What people do with their accounts and may want to look up. `reset-password` is noted in auth.ts. */
const audited: ReadonlySet<string> = new Set([
  '/sign-in/email',
  '/two-factor/verify-totp',
  '/two-factor/verify-backup-code',
  '/two-factor/disable',
  '/two-factor/generate-backup-codes',
  '/change-password',
  '/change-email',
  '/update-user',
  '/revoke-session',
  '/revoke-sessions',
  '/revoke-other-sessions',
])

type Handler = (request: Request) => Promise<Response>

export class Accounts {
  readonly #options: AccountOptions
  readonly #attempts: Attempts
  #handler: Promise<Handler> | undefined

  constructor(options: AccountOptions) {
    this.#options = options
    this.#attempts = new Attempts(options.database, options.masterKey)
  }

  /** Version of the terms that a new person must accept. */
  get termsVersion(): string | undefined {
    return this.#options.termsVersion
  }

  /** Host of the identity provider that people may sign in at. */
  get provider(): string | undefined {
    const { oidc } = this.#options
    return oidc === undefined ? undefined : new URL(oidc.issuer).hostname
  }

  /** Answers a request to `/api/auth`. */
  async handle(request: AuthRequest): Promise<Response> {
    const { method, target, headers, address } = request
    const { masterKey, publicUrl } = this.#options
    const isChange = method !== 'GET' && method !== 'HEAD'
    const jar = openJar(masterKey, headers.cookie)
    const hasCookie = Object.keys(jar).length > 0
    if (isChange && (hasCookie || headers.origin !== undefined) && !isFromOurPages(headers, publicUrl)) {
      return refusal(403, 'INVALID_ORIGIN', 'This request does not come from our own pages.')
    }
    const body = readBody(request)
    if (body instanceof Response) return body
    const foreign = foreignLanding(target, body, publicUrl)
    if (foreign !== undefined)
      return refusal(403, 'INVALID_CALLBACK_URL', `"${foreign}" must lead to a path of this server.`)
    const { pathname, searchParams } = new URL(target, publicUrl)
    const path = pathname.slice(basePath.length)
    const link = searchParams.get('token') ?? undefined
    const tried = { path, address, email: emailOf(body), session: sessionTokenOf(jar), link }
    const waitSeconds = await this.#attempts.take(attemptsOf(tried))
    if (waitSeconds !== undefined) {
      return refusal(429, 'TOO_MANY_ATTEMPTS', 'This was tried too often. Wait before you try again.', {
        'retry-after': String(waitSeconds),
      })
    }
    this.#handler ??= this.#load()
    const handler = await this.#handler
    const answer = await handler(translated(request, headerOf(jar), publicUrl))
    if (path === '/sign-in/email' && answer.ok) await this.#attempts.forget(forgivenBy(tried))
    const sealed = this.#sealed(answer, jar)
    if (isChange && answer.ok && audited.has(path)) await this.#record(path, headers.cookie, sealed)
    return sealed
  }

  /** Whoever was signed in before, or is now. */
  async #record(path: string, cookie: string | undefined, answer: Response): Promise<void> {
    const person =
      (await this.signedIn(cookie)) ?? (await this.signedIn(answer.headers.get('set-cookie') ?? undefined))
    if (person === undefined) return
    const actor = { kind: 'person', id: person.userId, name: person.email } as const
    await this.#options.audit.record({ actor, action: path.slice(1), target: {} })
  }

  /** Who the session cookie of a request belongs to. */
  async signedIn(cookie: string | undefined): Promise<SignedIn | undefined> {
    const token = sessionTokenOf(openJar(this.#options.masterKey, cookie))
    if (token === undefined) return undefined
    const row = await this.#options.database.queries
      .selectFrom('sessions')
      .innerJoin('users', 'users.id', 'sessions.user_id')
      .select(['sessions.id', 'sessions.user_id', 'users.email', 'users.name', 'users.email_verified'])
      .select('users.is_operator')
      .where('sessions.token', '=', token)
      .where('sessions.expires_at', '>', Date.now())
      .where('users.delete_after', 'is', null)
      .executeTakeFirst()
    if (row === undefined) return undefined
    const { id, user_id: userId, email, name, email_verified: isVerified } = row
    return {
      userId,
      sessionId: id,
      email,
      name,
      isVerified: isVerified === 1,
      isOperator: row.is_operator === 1,
    }
  }

  /**
   * Makes whoever asks show again that they are the person of their session.
   * @throws Problem `auth/not-proved`, `rate/limited`
   */
  async mustProve(
    { headers, address }: Pick<AuthRequest, 'headers' | 'address'>,
    person: SignedIn,
    proof: Proof,
  ): Promise<void> {
    const session = sessionTokenOf(openJar(this.#options.masterKey, headers.cookie))
    const tried = { path: '/verify-password', address, email: undefined, session }
    const waitSeconds = await this.#attempts.take(attemptsOf(tried))
    if (waitSeconds !== undefined) {
      throw problem('rate/limited', {
        detail: 'This was tried too often. Wait before you try again.',
        retryAfterSeconds: waitSeconds,
      })
    }
    const verifyCode = async (code: string) => {
      const answer = await this.handle({
        method: 'POST',
        target: `${basePath}/two-factor/verify-totp`,
        headers: { ...headers, 'content-type': 'application/json' },
        address,
        body: Buffer.from(JSON.stringify({ code })),
      })
      return answer.ok
    }
    await mustProve({ database: this.#options.database, verifyCode }, person, proof)
  }

  /** The `Set-Cookie` line that makes a browser forget its session. */
  forgetCookie(): string {
    const { masterKey, publicUrl } = this.#options
    return setCookieOf(masterKey, {}, { isSecure: publicUrl.startsWith('https:') })
  }

  async #load(): Promise<Handler> {
    const { createAuth } = await import('./auth.ts')
    const { oidc } = this.#options
    const plugins =
      oidc === undefined ? [] : [(await import('./oidc/oidc-plugin.ts')).oidcPlugin(oidc, this.#options)]
    const auth = createAuth(this.#options, plugins)
    return (request) => auth.handler(request)
  }

  #sealed(answer: Response, before: ReturnType<typeof openJar>): Response {
    const { masterKey, publicUrl } = this.#options
    const headers = new Headers(answer.headers)
    headers.delete('set-cookie')
    headers.set('cache-control', 'no-store')
    const setCookies = answer.headers.getSetCookie()
    if (setCookies.length > 0) {
      const jar = withSetCookies(before, setCookies)
      headers.set('set-cookie', setCookieOf(masterKey, jar, { isSecure: publicUrl.startsWith('https:') }))
    }
    return new Response(answer.body, { status: answer.status, headers })
  }
}

type Body = Readonly<Record<string, unknown>>

/** JSON objects only: what an HTML form of another site can send is never one. */
function readBody({ headers, body }: AuthRequest): Body | undefined | Response {
  if (body === undefined || body.length === 0) return undefined
  if (!/^application\/json\b/i.test(headers['content-type'] ?? '')) {
    return refusal(415, 'UNSUPPORTED_MEDIA_TYPE', 'The body must be application/json.')
  }
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'))
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
      throw new TypeError('no object')
    const long = Object.entries(parsed).find(
      ([, value]) => typeof value === 'string' && value.length > maxTextLength,
    )
    if (long === undefined) return parsed as Body
    return refusal(400, 'TOO_LONG', `"${long[0].slice(0, 80)}" has more than ${maxTextLength} characters.`)
  } catch {
    return refusal(400, 'INVALID_JSON', 'The body is not a JSON object.')
  }
}

function emailOf(body: Body | undefined): string | undefined {
  const email = body?.email ?? body?.newEmail
  return typeof email === 'string' ? email.trim().toLowerCase() : undefined
}

/** The request better-auth sees: at our public address, from our own pages, with the unpacked cookies. */
function translated(request: AuthRequest, cookie: string, publicUrl: string): Request {
  const { method, target, headers, address, body } = request
  const shown = new Headers({ origin: new URL(publicUrl).origin, [addressHeader]: address })
  for (const name of ['accept', 'content-type', 'user-agent'] as const) {
    const value = headers[name]
    if (value !== undefined) shown.set(name, value)
  }
  if (cookie !== '') shown.set('cookie', cookie)
  const init = body === undefined || body.length === 0 ? {} : { body: Uint8Array.from(body) }
  return new Request(new URL(target, publicUrl), { method, headers: shown, ...init })
}

function refusal(
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return Response.json({ code, message }, { status, headers: { 'cache-control': 'no-store', ...headers } })
}
