/**
 * Removes what is about a person whose time is over: row, logins, sessions, second factors, memberships, invitations
 * to their address, what was out by mail. What they did stays in the audit log, without saying who it was.
 */
import { sql } from 'kysely'
import type { Database, TransactionQueries } from '../../db/index.ts'

/** Who stands in the audit log instead. */
const nobody = { actor_id: 'deleted', actor_name: 'a deleted person' }

export interface DuePerson {
  readonly id: string
  readonly email: string
}

/** Closed teams whose time is over and whose projects are gone: removed with members and invitations. */
export async function removeDueTeams({ queries }: Database, now = Date.now()): Promise<number> {
  const { numDeletedRows } = await queries
    .deleteFrom('teams')
    .where('delete_after', '<=', now)
    .where('state', '!=', 'frozen')
    .where((of) =>
      of.not(of.exists(of.selectFrom('projects').select('projects.id').whereRef('team_id', '=', 'teams.id'))),
    )
    .executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}

/** People whose time is over, and who own no closed team that is still there. */
export async function findDuePeople({ queries }: Database, now = Date.now()): Promise<readonly DuePerson[]> {
  return queries
    .selectFrom('users')
    .select(['id', 'email'])
    .where('delete_after', '<=', now)
    .where('id', 'not in', (of) =>
      of
        .selectFrom('team_members')
        .innerJoin('teams', 'teams.id', 'team_members.team_id')
        .select('team_members.user_id')
        .where('team_members.role', '=', 'owner')
        .where('teams.delete_after', 'is not', null),
    )
    .execute()
}

export async function removePerson(database: Database, person: DuePerson): Promise<void> {
  await database.transaction(async (queries) => {
    await handOver(queries, person.id)
    await queries.deleteFrom('invitations').where('email', '=', person.email).execute()
    await queries.deleteFrom('verifications').where('value', '=', person.id).execute()
    await queries
      .updateTable('audit_events')
      .set(nobody)
      .where('actor_kind', '=', 'person')
      .where('actor_id', '=', person.id)
      .execute()
    await queries
      .updateTable('audit_events')
      .set({ target: sql`replace(target, ${person.id}, ${nobody.actor_id})` })
      .where('target', 'like', `%${person.id}%`)
      .execute()
    // Logins, sessions, second factors and memberships go with the row.
    await queries.deleteFrom('users').where('id', '=', person.id).execute()
  })
}

/** Projects that they made in teams of others are said to be made by the owner who has been there longest. */
async function handOver(queries: TransactionQueries, userId: string): Promise<void> {
  await queries
    .updateTable('projects')
    .set({
      owner_id: sql<string>`(select m.user_id from team_members m where m.team_id = projects.team_id
        and m.role = 'owner' and m.user_id <> ${userId} order by m.created_at limit 1)`,
    })
    .where('owner_id', '=', userId)
    .execute()
}
