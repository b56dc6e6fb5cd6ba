/**
 * Whether whoever holds a session is really its person, asked before what cannot be taken back lightly: the password,
 * or a session so young that it was asked for a moment ago; and a code where a second factor is on.
 */
import { type Problem, problem } from '@fovea/core'
import type { Database } from '../db/index.ts'
import { verifyPassword } from '../keys/index.ts'
import type { SignedIn } from './signed-in.ts'

export interface Proof {
  readonly password?: string | undefined
  /** Of the second factor. */
  readonly code?: string | undefined
}

/** A session that began so lately needs no password, ms. */
const freshMs = 15 * 60 * 1000

export interface Proving {
  readonly database: Database
  /** Whether a code of the second factor is right. */
  verifyCode(code: string): Promise<boolean>
}

/** @throws Problem `auth/not-proved` that says what is missing or wrong */
export async function mustProve(
  { database: { queries }, verifyCode }: Proving,
  { userId, sessionId }: SignedIn,
  { password, code }: Proof,
): Promise<void> {
  const row = await queries
    .selectFrom('users')
    .innerJoin('sessions', 'sessions.user_id', 'users.id')
    .leftJoin('logins', (join) =>
      join.onRef('logins.user_id', '=', 'users.id').on('logins.provider_id', '=', 'credential'),
    )
    .select(['users.two_factor_enabled', 'sessions.created_at', 'logins.password'])
    .where('users.id', '=', userId)
    .where('sessions.id', '=', sessionId)
    .executeTakeFirstOrThrow()
  if (password === undefined && row.created_at < Date.now() - freshMs)
    throw notProved(
      'Send your password, or sign in again first: this session is older than 15 minutes.',
      'password',
    )
  if (password !== undefined) {
    const fits = row.password !== null && (await verifyPassword(password, row.password)).fits
    if (!fits) throw notProved('This is not your password.', 'password')
  }
  if (row.two_factor_enabled === 0) return
  if (code === undefined) throw notProved('Send a code of your second factor.', 'code')
  if (!(await verifyCode(code)))
    throw notProved('This is not a code of your second factor, or no longer.', 'code')
}

function notProved(detail: string, missing: 'password' | 'code'): Problem {
  return problem('auth/not-proved', { detail, members: { pointer: `/${missing}` } })
}
