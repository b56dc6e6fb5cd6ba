/**
 * better-auth as we run it: passwords by PBKDF2, verified addresses, revocable sessions, TOTP with recovery codes.
 *
 * Loaded with the first request to `/api/auth` (see accounts.ts, which also counts tries, checks origins and seals the
 * cookies). Letters leave through the mailer, behind the answer.
 */

import type { BetterAuthPlugin } from 'better-auth'
import { APIError, createAuthMiddleware } from 'better-auth/api'
import { betterAuth } from 'better-auth/minimal'
import { twoFactor } from 'better-auth/plugins/two-factor'
import type { AuditLog } from '../audit/index.ts'
import type { Database } from '../db/index.ts'
import { hashPassword, type MasterKey, verifyPassword } from '../keys/index.ts'
import type { Mailer } from '../mail/index.ts'
import { errorFields, type Log } from '../observe/index.ts'
import { newId } from '../projects/index.ts'
import { addressHeader } from './address-header.ts'
import { forgivenBy } from './attempt-rules.ts'
import { Attempts } from './attempts.ts'
import { authAdapter } from './auth-adapter.ts'
import { alreadyRegisteredLetter } from './letters/already-registered.ts'
import { changeEmailLetter } from './letters/change-email.ts'
import { passwordChangedLetter } from './letters/password-changed.ts'
import { resetPasswordLetter } from './letters/reset-password.ts'
import { verifyEmailLetter } from './letters/verify-email.ts'
import { mustBeFree } from './taken-address.ts'
import { isInvited } from './teams/team-queries.ts'
import { distrustDevices, distrusting } from './trusted-devices.ts'
import { mustBeUnused } from './used-codes.ts'

export interface AuthOptions {
  readonly database: Database
  readonly masterKey: MasterKey
  readonly mailer: Mailer
  readonly audit: AuditLog
  readonly log: Log
  /** Address people use, without a trailing slash. */
  readonly publicUrl: string
  /** Version of the terms a new person must accept; none are asked for without it. */
  readonly termsVersion: string | undefined
  /** Who may sign up. */
  readonly signUp: 'open' | 'invited'
}

const hour = 60 * 60
const day = 24 * hour
const passwordLength = { min: 10, max: 128 } as const
const maxNameLength = 100

/** Paths of better-auth that we have no use for; each that is left is one less to keep safe. */
const unused = [
  '/sign-in/social',
  '/link-social',
  '/unlink-account',
  '/get-access-token',
  '/refresh-token',
  '/account-info',
  '/delete-user',
  '/delete-user/callback',
  '/update-session',
  '/two-factor/send-otp',
  '/two-factor/verify-otp',
]

export function createAuth(
  options: AuthOptions,
  plugins: readonly BetterAuthPlugin[] = [],
): { handler(request: Request): Promise<Response> } {
  const { database, masterKey, mailer, log, publicUrl } = options
  const resetUrl = `${publicUrl}/console/reset-password`
  const attempts = new Attempts(database, masterKey)
  return betterAuth({
    appName: 'Fovea',
    baseURL: publicUrl,
    basePath: '/api/auth',
    secret: masterKey.secretFor('auth'),
    database: authAdapter(database),
    disabledPaths: unused,
    telemetry: { enabled: false },
    // Counted by attempts.ts, for all processes together.
    rateLimit: { enabled: false },
    logger: {
      level: 'error',
      log: (level, message) => {
        if (level === 'error') log.error({ event: 'auth.failed', message })
      },
    },
    onAPIError: {
      onError: (error) => {
        // What a person did wrong is their answer's business; anything else is ours.
        if (!(error instanceof APIError)) log.error({ event: 'auth.unexpected', ...errorFields(error) })
      },
    },
    advanced: {
      cookiePrefix: 'fovea',
      // The jar around them decides (cookie-jar.ts).
      useSecureCookies: false,
      disableOriginCheck: false,
      disableCSRFCheck: false,
      ipAddress: { ipAddressHeaders: [addressHeader] },
      database: { generateId: () => newId() },
    },
    user: {
      modelName: 'users',
      additionalFields: {
        termsVersion: { type: 'string', required: false },
        termsAcceptedAt: { type: 'date', required: false, input: false },
      },
      changeEmail: {
        enabled: true,
        sendChangeEmailConfirmation: async ({ user, newEmail, url }) =>
          mailer.send(
            changeEmailLetter({ to: user.email, newEmail, url: landingAt(url, '/console/email-changed') }),
          ),
      },
    },
    session: { modelName: 'sessions', expiresIn: 30 * day, updateAge: day, freshAge: day },
    account: { modelName: 'logins' },
    verification: { modelName: 'verifications' },
    emailAndPassword: {
      enabled: true,
      requireEmailVerification: true,
      minPasswordLength: passwordLength.min,
      maxPasswordLength: passwordLength.max,
      resetPasswordTokenExpiresIn: hour,
      revokeSessionsOnPasswordReset: true,
      password: { hash: hashPassword, verify: (asked) => verifyAndRenew(database, asked) },
      sendResetPassword: async ({ user, url }) =>
        mailer.send(resetPasswordLetter({ to: user.email, url: landingAt(url, '/console/reset-password') })),
      onPasswordReset: async ({ user }, request) => {
        // Whoever has just shown that the address is theirs has guessed enough.
        const address = request?.headers.get(addressHeader) ?? ''
        await attempts.forget(forgivenBy({ path: '/sign-in/email', address, email: user.email }))
        await distrustDevices(database, user.id)
        mailer.send(passwordChangedLetter({ to: user.email, url: resetUrl }))
        const actor = { kind: 'person', id: user.id, name: user.email } as const
        await options.audit.record({ actor, action: 'reset-password', target: {} })
      },
      onExistingUserSignUp: async ({ user }) =>
        mailer.send(alreadyRegisteredLetter({ to: user.email, url: `${publicUrl}/console/sign-in` })),
    },
    emailVerification: {
      expiresIn: day,
      sendOnSignUp: true,
      autoSignInAfterVerification: true,
      sendVerificationEmail: async ({ user, url }) =>
        mailer.send(verifyEmailLetter({ to: user.email, url: landingAt(url, '/console/email-confirmed') })),
    },
    databaseHooks: {
      user: {
        create: { before: async (user) => ({ data: withAcceptance(user) }) },
        update: {
          before: ({ email }, context) =>
            mustBeFree(options, { email, landing: context?.query?.callbackURL }),
        },
      },
      session: {
        create: {
          before: async ({ userId }, context) => {
            await mustBeOpen(database, userId)
            if (context?.path === '/two-factor/verify-totp')
              await mustBeUnused(attempts, userId, String(context.body.code))
          },
        },
      },
    },
    hooks: {
      before: createAuthMiddleware(async ({ path, body }) => {
        if (path === '/sign-up/email' || path === '/update-user') checkProfile(path, body, options)
        if (path === '/sign-up/email') await mustBeWelcome(options, body.email)
      }),
      after: createAuthMiddleware(async ({ path, context }) => {
        const changed = context.newSession ?? context.session
        if (changed === null || context.returned instanceof Error) return
        if (distrusting.has(path)) await distrustDevices(database, changed.user.id)
        if (path !== '/change-password') return
        mailer.send(passwordChangedLetter({ to: changed.user.email, url: resetUrl }))
      }),
    },
    plugins: [
      twoFactor({
        issuer: 'Fovea',
        schema: { twoFactor: { modelName: 'second_factors' } },
        backupCodeOptions: { amount: 10, length: 10 },
      }),
      ...plugins,
    ],
  })
}

/** The link of a letter, leading on to `path` where whoever asked for the letter named no place: the API's default is "/". */
function landingAt(link: string, path: string): string {
  const url = new URL(link)
  if (['', '/'].includes(url.searchParams.get('callbackURL') ?? '')) url.searchParams.set('callbackURL', path)
  return url.href
}

/** A password that fits a hash of older parameters is hashed again while we have it. */
async function verifyAndRenew(
  { queries }: Database,
  { password, hash }: { readonly password: string; readonly hash: string },
): Promise<boolean> {
  const { fits, isOutdated } = await verifyPassword(password, hash)
  if (fits && isOutdated) {
    const renewed = await hashPassword(password)
    // Its salt makes a hash unique, and a password changed meanwhile is left alone.
    await queries
      .updateTable('logins')
      .set({ password: renewed })
      .where('password', '=', hash)
      .where('provider_id', '=', 'credential')
      .execute()
  }
  return fits
}

/** @throws APIError for the right password of an account that was closed; whoever guesses learns nothing */
async function mustBeOpen({ queries }: Database, userId: string): Promise<void> {
  const row = await queries
    .selectFrom('users')
    .select('delete_after')
    .where('id', '=', userId)
    .executeTakeFirst()
  if (row === undefined || row.delete_after === null) return
  throw new APIError('FORBIDDEN', {
    code: 'ACCOUNT_CLOSED',
    message: 'This account was closed. The link in the letter about it opens it again.',
  })
}

function withAcceptance<User extends Readonly<Record<string, unknown>>>(user: User): User {
  return typeof user.termsVersion === 'string' ? { ...user, termsAcceptedAt: new Date() } : user
}

/** @throws APIError for a name that is none, a picture that is no address, and terms that are not today's */
function checkProfile(path: string, body: Readonly<Record<string, unknown>>, options: AuthOptions): void {
  const { name, image, termsVersion } = body
  const isNew = path === '/sign-up/email'
  if (isNew || name !== undefined) {
    const length = typeof name === 'string' ? name.trim().length : 0
    if (length < 1 || length > maxNameLength) {
      throw refused('INVALID_NAME', `"name" must have 1 to ${maxNameLength} characters.`)
    }
  }
  const isPicture = typeof image === 'string' && URL.parse(image)?.protocol === 'https:'
  if (image !== undefined && image !== null && !isPicture) {
    throw refused('INVALID_IMAGE', '"image" must be an https address.')
  }
  if (isNew ? termsVersion !== options.termsVersion : termsVersion !== undefined) {
    throw refused(
      'TERMS_NOT_ACCEPTED',
      options.termsVersion === undefined || !isNew
        ? '"termsVersion" is not asked for here.'
        : `Accept the terms by "termsVersion": "${options.termsVersion}".`,
    )
  }
}

/** @throws APIError where only invited people may sign up; says nothing about who has an account */
async function mustBeWelcome({ database, signUp }: AuthOptions, email: unknown): Promise<void> {
  if (signUp === 'open') return
  if (typeof email === 'string' && (await isInvited(database.queries, email.toLowerCase()))) return
  throw new APIError('FORBIDDEN', {
    code: 'SIGN_UP_BY_INVITATION',
    message: 'Only people who were invited to a team may sign up here.',
  })
}

function refused(code: string, message: string): APIError {
  return new APIError('BAD_REQUEST', { code, message })
}
