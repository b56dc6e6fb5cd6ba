/**
 * Whose account a sign-in at the identity provider opens.
 *
 * 1. The account that this very person of the provider is tied to.
 * 2. The account of the same e-mail address, which is tied now; only for an address that the provider has verified, and
 *    never when the account is tied to somebody else there (an address may be given to a new person). An account that
 *    never confirmed the address loses its password: whoever made it may be a stranger who lay in wait.
 * 3. A new account, where the operator allows it.
 */
import { type Database, isUniqueViolation, type Queries } from '../../db/index.ts'
import { newId } from '../../projects/index.ts'
import { isInvited } from '../teams/team-queries.ts'
import type { ProviderClaims } from './oidc-client.ts'
import { OidcRefusal, type OidcSettings } from './oidc-settings.ts'

export interface ProviderRules extends Pick<OidcSettings, 'emailDomains' | 'signUp'> {
  readonly database: Database
  /** Version of the terms that a new person must accept. */
  readonly termsVersion: string | undefined
}

interface Newcomer extends ProviderClaims {
  readonly email: string
  readonly acceptedTerms: string | undefined
}

const providerId = 'oidc'

/** @returns the id of the user @throws OidcRefusal */
export async function personOf(
  claims: ProviderClaims,
  acceptedTerms: string | undefined,
  rules: ProviderRules,
): Promise<string> {
  const { email, isEmailVerified } = claims
  if (email === undefined) throw new OidcRefusal('OIDC_EMAIL_MISSING')
  if (!isEmailVerified) throw new OidcRefusal('OIDC_EMAIL_NOT_VERIFIED')
  const domain = email.slice(email.lastIndexOf('@') + 1)
  if (rules.emailDomains.length > 0 && !rules.emailDomains.includes(domain)) {
    throw new OidcRefusal('OIDC_EMAIL_DOMAIN')
  }
  const newcomer = { ...claims, email, acceptedTerms }
  const find = () => rules.database.transaction((queries) => findOrMake(queries, newcomer, rules))
  // Of two sign-ins at once one makes the account; the other finds it then.
  return find().catch((error: unknown) => (isUniqueViolation(error) ? find() : Promise.reject(error)))
}

async function findOrMake(queries: Queries, newcomer: Newcomer, rules: ProviderRules): Promise<string> {
  const { accountId, email } = newcomer
  const tied = await queries
    .selectFrom('logins')
    .select('user_id')
    .where('provider_id', '=', providerId)
    .where('account_id', '=', accountId)
    .executeTakeFirst()
  if (tied !== undefined) return tied.user_id
  const known = await queries
    .selectFrom('users')
    .select(['id', 'email_verified'])
    .where('email', '=', email)
    .executeTakeFirst()
  const userId = known?.id ?? (await makeUser(queries, newcomer, rules))
  if (known !== undefined) await mustBeUntied(queries, userId)
  if (known?.email_verified === 0) await takeOver(queries, userId, newcomer)
  await tie(queries, userId, accountId)
  return userId
}

async function mustBeUntied(queries: Queries, userId: string): Promise<void> {
  const other = await queries
    .selectFrom('logins')
    .select('id')
    .where('user_id', '=', userId)
    .where('provider_id', '=', providerId)
    .executeTakeFirst()
  if (other !== undefined) throw new OidcRefusal('OIDC_OTHER_PERSON')
}

async function takeOver(queries: Queries, userId: string, { name, email }: Newcomer): Promise<void> {
  await queries
    .deleteFrom('logins')
    .where('user_id', '=', userId)
    .where('provider_id', '=', 'credential')
    .execute()
  await queries
    .updateTable('users')
    .set({ email_verified: 1, name: nameOf(name, email), updated_at: Date.now() })
    .where('id', '=', userId)
    .execute()
}

async function makeUser(queries: Queries, newcomer: Newcomer, rules: ProviderRules): Promise<string> {
  const { email, name, acceptedTerms } = newcomer
  const isWelcome =
    rules.signUp === 'open' || (rules.signUp === 'invited' && (await isInvited(queries, email)))
  if (!isWelcome) throw new OidcRefusal('OIDC_UNKNOWN_PERSON')
  if (acceptedTerms !== rules.termsVersion) throw new OidcRefusal('TERMS_NOT_ACCEPTED')
  const now = Date.now()
  const id = newId()
  await queries
    .insertInto('users')
    .values({
      id,
      email,
      name: nameOf(name, email),
      email_verified: 1,
      terms_version: acceptedTerms ?? null,
      terms_accepted_at: acceptedTerms === undefined ? null : now,
      created_at: now,
      updated_at: now,
    })
    .execute()
  return id
}

async function tie(queries: Queries, userId: string, accountId: string): Promise<void> {
  const now = Date.now()
  await queries
    .insertInto('logins')
    .values({
      ...{ id: newId(), user_id: userId, provider_id: providerId, account_id: accountId },
      ...{ created_at: now, updated_at: now },
    })
    .execute()
}

function nameOf(name: string | undefined, email: string): string {
  return name?.trim().slice(0, 100) || email.slice(0, email.indexOf('@'))
}
