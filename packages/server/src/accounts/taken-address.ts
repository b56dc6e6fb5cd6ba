/** An address that somebody signed up with while the letter of its change was on the way. */
import { APIError } from 'better-auth/api'
import type { Database } from '../db/index.ts'

interface Wanted {
  /** That a person is to have from now on; absent when it stays what it is. */
  readonly email: string | undefined
  /** Where the link of the letter leads. */
  readonly landing: unknown
}

/** @throws APIError that leads on to the page of the link, where it says why nothing was changed */
export async function mustBeFree(
  { database, publicUrl }: { readonly database: Database; readonly publicUrl: string },
  { email, landing }: Wanted,
): Promise<void> {
  if (email === undefined) return
  const users = database.queries.selectFrom('users').select('id')
  if ((await users.where('email', '=', email).executeTakeFirst()) === undefined) return
  const code = 'EMAIL_TAKEN'
  if (typeof landing !== 'string')
    throw new APIError('CONFLICT', { code, message: 'This address belongs to another account by now.' })
  const url = new URL(landing, publicUrl)
  url.searchParams.set('error', code)
  throw new APIError('FOUND', undefined, { location: url.href })
}
