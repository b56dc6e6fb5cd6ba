/**
 * Teams: who is in them, and what each may do.
 *
 * A team of others is as unknown as none. Nobody gives or takes more than they have themselves, and a team never loses
 * its last owner; both are checked inside the transaction that changes a member.
 */
import { type Problem, problem } from '@fovea/core'
import { type Database, lockProject, type TransactionQueries } from '../../db/index.ts'
import { isAtLeast, newId, type Role } from '../../projects/index.ts'
import type { SignedIn } from '../signed-in.ts'
import type { Member, Team } from './team.ts'
import { countOtherOwners, findMembers, findRole, findTeams, insertMember } from './team-queries.ts'

export class TeamService {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  list(person: SignedIn): Promise<readonly Team[]> {
    return findTeams(this.#database.queries, person.userId)
  }

  /** The person becomes its owner. */
  async create(person: SignedIn, name: string): Promise<Team> {
    mustBeVerified(person)
    return this.#database.transaction((queries) => insertTeam(queries, person, name))
  }

  async rename(person: SignedIn, teamId: string, name: string): Promise<Team> {
    const team = await this.mustHave(person, teamId, 'admin')
    await this.#database.queries
      .updateTable('teams')
      .set({ name, updated_at: Date.now() })
      .where('id', '=', teamId)
      .execute()
    return { ...team, name }
  }

  /** @throws Problem `team/not-empty` while it has projects */
  async delete(person: SignedIn, teamId: string): Promise<void> {
    await this.mustHave(person, teamId, 'owner')
    await this.#database.transaction(async (queries) => {
      await lockProject(this.#database, queries, teamId)
      const project = await queries
        .selectFrom('projects')
        .select('slug')
        .where('team_id', '=', teamId)
        .executeTakeFirst()
      if (project !== undefined) {
        throw problem('team/not-empty', {
          detail: `The team has the project "${project.slug}"; delete its projects first.`,
        })
      }
      await queries.deleteFrom('teams').where('id', '=', teamId).execute()
    })
  }

  async members(person: SignedIn, teamId: string): Promise<readonly Member[]> {
    await this.mustHave(person, teamId, 'viewer')
    return findMembers(this.#database.queries, teamId)
  }

  /** Gives a member another role. */
  async changeRole(person: SignedIn, teamId: string, userId: string, role: Role): Promise<void> {
    await this.#changeMember(person, teamId, userId, async (queries, mine) => {
      if (!isAtLeast(mine, role)) throw beyond(mine, role)
      if (role !== 'owner') await this.#mustKeepOwner(queries, teamId, userId)
      await queries
        .updateTable('team_members')
        .set({ role })
        .where('team_id', '=', teamId)
        .where('user_id', '=', userId)
        .execute()
    })
  }

  /** Takes a member out of the team; everybody may leave. */
  async removeMember(person: SignedIn, teamId: string, userId: string): Promise<void> {
    await this.#changeMember(person, teamId, userId, async (queries) => {
      await this.#mustKeepOwner(queries, teamId, userId)
      await queries
        .deleteFrom('team_members')
        .where('team_id', '=', teamId)
        .where('user_id', '=', userId)
        .execute()
    })
  }

  /**
   * The team, when the person has at least this role in it.
   * @throws Problem `team/not-found`, `auth/forbidden`, `team/suspended`, `team/frozen`
   */
  async mustHave(person: SignedIn, teamId: string, least: Role): Promise<Team> {
    const team = (await this.list(person)).find(({ id }) => id === teamId)
    if (team === undefined) throw noTeam()
    mustBeInUse(team)
    if (!isAtLeast(team.role, least)) throw lacking(team.role, least)
    return team
  }

  /**
   * The team a new project goes to: the one that is named, else the only one in which the person may make projects,
   * else a first one of their own.
   * @throws Problem `auth/unverified`; `request/invalid-parameter` when it could be several
   */
  async forNewProject(person: SignedIn, teamId: string | undefined): Promise<Team> {
    mustBeVerified(person)
    if (teamId !== undefined) return this.mustHave(person, teamId, 'admin')
    return this.#database.transaction(async (queries) => {
      // Of two projects that are made at once the first makes the team of both.
      await lockProject(this.#database, queries, person.userId)
      const able = (await findTeams(queries, person.userId)).filter(
        ({ role, goneAt }) => isAtLeast(role, 'admin') && goneAt === null,
      )
      const [only, another] = able
      if (only === undefined) return insertTeam(queries, person, person.name)
      if (another !== undefined) {
        throw problem('request/invalid-parameter', {
          detail: `Name the team by "team_id": ${able.map(({ id, name }) => `"${id}" (${name})`).join(', ')}.`,
          members: { pointer: '/team_id' },
        })
      }
      mustBeInUse(only)
      return only
    })
  }

  async #changeMember(
    person: SignedIn,
    teamId: string,
    userId: string,
    change: (queries: TransactionQueries, mine: Role) => Promise<void>,
  ): Promise<void> {
    await this.#database.transaction(async (queries) => {
      await lockProject(this.#database, queries, teamId)
      const team = (await findTeams(queries, person.userId)).find(({ id }) => id === teamId)
      if (team === undefined) throw noTeam()
      const { role: mine } = team
      // Everybody may leave, whatever has become of the team.
      if (userId !== person.userId) mustBeInUse(team)
      if (userId !== person.userId && !isAtLeast(mine, 'admin')) throw lacking(mine, 'admin')
      const theirs = await findRole(queries, teamId, userId)
      if (theirs === undefined)
        throw problem('team/member-not-found', { detail: 'The team has no member of that id.' })
      if (!isAtLeast(mine, theirs)) throw beyond(mine, theirs)
      await change(queries, mine)
    })
  }

  async #mustKeepOwner(queries: TransactionQueries, teamId: string, userId: string): Promise<void> {
    if ((await findRole(queries, teamId, userId)) !== 'owner') return
    if ((await countOtherOwners(queries, teamId, userId)) > 0) return
    throw problem('team/last-owner', {
      detail: 'This is the only owner of the team; make somebody else an owner first.',
    })
  }
}

/** The person becomes its owner. */
async function insertTeam(queries: TransactionQueries, { userId }: SignedIn, name: string): Promise<Team> {
  const id = newId('team')
  const now = Date.now()
  await queries.insertInto('teams').values({ id, name, created_at: now, updated_at: now }).execute()
  await insertMember(queries, id, userId, 'owner')
  return { id, name, role: 'owner', state: 'active', stateReason: null, goneAt: null, createdAt: now }
}

/** @throws Problem `auth/unverified` */
export function mustBeVerified({ isVerified }: SignedIn): void {
  if (isVerified) return
  throw problem('auth/unverified', {
    detail: 'Confirm your e-mail address first, by the link in the letter.',
  })
}

/** @throws Problem `team/not-found`, `team/suspended`, `team/frozen` for one that may not be used */
export function mustBeInUse({ state, stateReason }: Team): void {
  if (state === 'closed') throw noTeam()
  if (state !== 'suspended' && state !== 'frozen') return
  const what = `The team is ${state}`
  throw problem(`team/${state}`, { detail: stateReason === null ? `${what}.` : `${what}: ${stateReason}` })
}

function noTeam(): Problem {
  return problem('team/not-found', { detail: 'You are in no team of that id.' })
}

function lacking(mine: Role, least: Role): Problem {
  return problem('auth/forbidden', {
    detail: `This needs the role "${least}" in the team; yours is "${mine}".`,
    members: { role: least },
  })
}

function beyond(mine: Role, role: Role): Problem {
  return problem('auth/forbidden', {
    detail: `The role "${mine}" neither gives nor takes the role "${role}".`,
    members: { role },
  })
}
