/** Teams that would be without an owner when a person goes. */
import type { Queries } from '../../db/index.ts'

export interface SoleTeam {
  readonly id: string
  readonly name: string
  readonly isFrozen: boolean
  /** How many it has. */
  readonly projects: number
  /** Addresses of the other members. */
  readonly others: readonly string[]
}

/** Ids of the open teams of which the person is an owner, in an order in which they can be locked. */
export async function findOwnedTeams(queries: Queries, userId: string): Promise<readonly string[]> {
  const teams = await queries
    .selectFrom('team_members')
    .innerJoin('teams', 'teams.id', 'team_members.team_id')
    .select('teams.id')
    .where('team_members.user_id', '=', userId)
    .where('team_members.role', '=', 'owner')
    .where('teams.delete_after', 'is', null)
    .orderBy('teams.id')
    .execute()
  return teams.map(({ id }) => id)
}

/** Open teams of which nobody else is an owner; people who closed their account do not count. By name. */
export async function findSoleTeams(queries: Queries, userId: string): Promise<readonly SoleTeam[]> {
  const teams = await queries
    .selectFrom('teams')
    .innerJoin('team_members', 'team_members.team_id', 'teams.id')
    .select(['teams.id', 'teams.name', 'teams.state'])
    .where('team_members.user_id', '=', userId)
    .where('team_members.role', '=', 'owner')
    .where('teams.delete_after', 'is', null)
    .orderBy('teams.name')
    .orderBy('teams.id')
    .execute()
  const found = await Promise.all(
    teams.map(async ({ id, name, state }) => {
      const members = await queries
        .selectFrom('team_members')
        .innerJoin('users', 'users.id', 'team_members.user_id')
        .select(['users.email', 'team_members.role'])
        .where('team_members.team_id', '=', id)
        .where('users.id', '!=', userId)
        .where('users.delete_after', 'is', null)
        .execute()
      if (members.some(({ role }) => role === 'owner')) return undefined
      const { count } = await queries
        .selectFrom('projects')
        .select((build) => build.fn.countAll<number>().as('count'))
        .where('team_id', '=', id)
        .executeTakeFirstOrThrow()
      const others = members.map(({ email }) => email)
      return { id, name, isFrozen: state === 'frozen', projects: Number(count), others }
    }),
  )
  return found.filter((team) => team !== undefined)
}
