/** Makes owner, project, API key and signing secret of the intent, in one transaction, however often it is called. */
import type { Database, Queries } from '../db/index.ts'
import { hashPassword, type MasterKey } from '../keys/index.ts'
import { insertApiKey, insertSecret, newProjectSettings, scopes } from '../projects/index.ts'
import type { Intent } from './intent.ts'

/** Row that says whose first start this installation had. */
const claimKey = 'first-run'

export const demoSlug = 'demo'

/** Whether some process has done, or is doing, the first start on this database. */
export async function isEstablished({ queries }: Database): Promise<boolean> {
  const row = await queries
    .selectFrom('installation')
    .select('key')
    .where('key', '=', claimKey)
    .executeTakeFirst()
  return row !== undefined
}

/** `false` when another process's first start came before this one; then nothing was done. */
export async function establish(database: Database, masterKey: MasterKey, intent: Intent): Promise<boolean> {
  const passwordHash = await hashPassword(intent.password)
  return database.transaction(async (queries) => {
    await queries
      .insertInto('installation')
      .values({ key: claimKey, value: intent.token })
      .onConflict((conflict) => conflict.column('key').doNothing())
      .execute()
    const claim = await queries
      .selectFrom('installation')
      .select('value')
      .where('key', '=', claimKey)
      .executeTakeFirstOrThrow()
    if (claim.value !== intent.token) return false
    const now = Date.now()
    await insertOwner(queries, intent, passwordHash)
    await queries
      .insertInto('projects')
      .values({
        id: intent.projectId,
        slug: demoSlug,
        name: 'Demo',
        owner_id: intent.ownerId,
        team_id: intent.ownerId,
        plan: 'unlimited',
        generation: 1,
        settings: JSON.stringify(newProjectSettings),
        created_at: now,
        updated_at: now,
      })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute()
    await insertSecret(
      queries,
      intent.projectId,
      { kid: intent.kid, secret: intent.signingSecret },
      masterKey,
    )
    await insertApiKey(
      queries,
      intent.projectId,
      { name: 'First key', scopes, expiresAt: null },
      intent.apiKey,
    )
    return true
  })
}

/** A verified person with a password and a team: nobody has to send the operator a letter. */
async function insertOwner(queries: Queries, { ownerId, email }: Intent, password: string): Promise<void> {
  const now = Date.now()
  await queries
    .insertInto('users')
    .values({
      id: ownerId,
      email,
      name: 'Owner',
      email_verified: 1,
      is_operator: 1,
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute()
  await queries
    .insertInto('logins')
    .values({
      id: ownerId,
      user_id: ownerId,
      provider_id: 'credential',
      account_id: ownerId,
      password,
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute()
  await queries
    .insertInto('teams')
    .values({ id: ownerId, name: 'First team', created_at: now, updated_at: now })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute()
  await queries
    .insertInto('team_members')
    .values({ team_id: ownerId, user_id: ownerId, role: 'owner', created_at: now })
    .onConflict((conflict) => conflict.columns(['team_id', 'user_id']).doNothing())
    .execute()
}
