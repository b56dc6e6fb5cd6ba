/** Statements about teams and their members. Every one names the person or the team it may touch. */
import type { Queries } from '../../db/index.ts'
import { type Role, standingOf } from '../../projects/index.ts'
import type { Member, Team } from './team.ts'

/** Teams a person is in, oldest first. */
export async function findTeams(queries: Queries, userId: string): Promise<readonly Team[]> {
  const rows = await queries
    .selectFrom('teams')
    .innerJoin('team_members', 'team_members.team_id', 'teams.id')
    .select(['teams.id', 'teams.name', 'teams.created_at', 'team_members.role'])
    .select(['teams.state', 'teams.state_reason', 'teams.delete_after'])
    .where('team_members.user_id', '=', userId)
    .orderBy('teams.created_at')
    .orderBy('teams.id')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    role: row.role as Role,
    ...standingOf(row),
    createdAt: row.created_at,
  }))
}

export async function findRole(queries: Queries, teamId: string, userId: string): Promise<Role | undefined> {
  const row = await queries
    .selectFrom('team_members')
    .select('role')
    .where('team_id', '=', teamId)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return row?.role as Role | undefined
}

/** Members of a team, longest there first. */
export async function findMembers(queries: Queries, teamId: string): Promise<readonly Member[]> {
  const rows = await queries
    .selectFrom('team_members')
    .innerJoin('users', 'users.id', 'team_members.user_id')
    .select(['users.id', 'users.email', 'users.name', 'team_members.role', 'team_members.created_at'])
    .where('team_members.team_id', '=', teamId)
    .orderBy('team_members.created_at')
    .orderBy('users.id')
    .execute()
  return rows.map(({ id, email, name, role, created_at: since }) => ({
    userId: id,
    email,
    name,
    role: role as Role,
    since,
  }))
}

export async function insertMember(
  queries: Queries,
  teamId: string,
  userId: string,
  role: Role,
): Promise<void> {
  await queries
    .insertInto('team_members')
    .values({ team_id: teamId, user_id: userId, role, created_at: Date.now() })
    .execute()
}

/** How many owners a team has beside this person; those who closed their account do not count. */
export async function countOtherOwners(queries: Queries, teamId: string, userId: string): Promise<number> {
  const { count } = await queries
    .selectFrom('team_members')
    .innerJoin('users', 'users.id', 'team_members.user_id')
    .select((build) => build.fn.countAll<number>().as('count'))
    .where('team_members.team_id', '=', teamId)
    .where('team_members.role', '=', 'owner')
    .where('team_members.user_id', '!=', userId)
    .where('users.delete_after', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** Whether an invitation to this address (lower case) is out. */
export async function isInvited(queries: Queries, email: string): Promise<boolean> {
  const row = await queries
    .selectFrom('invitations')
    .select('id')
    .where('email', '=', email)
    .where('expires_at', '>', Date.now())
    .executeTakeFirst()
  return row !== undefined
}
