/**
 * Invitations: a letter with a link that makes its reader a member.
 *
 * The token is in the letter only; the row holds its hash. Whoever follows the link must be signed in under the address
 * the letter went to, and have confirmed it: a letter that was passed on invites nobody else.
 */
import { createHash } from 'node:crypto'
import { problem } from '@fovea/core'
import type { Database } from '../../db/index.ts'
import type { Mailer } from '../../mail/index.ts'
import { isAtLeast, newId, type Role, randomBase62 } from '../../projects/index.ts'
import { invitationLetter } from '../letters/invitation.ts'
import type { SignedIn } from '../signed-in.ts'
import type { Invitation, Team } from './team.ts'
import { findRole, findTeams, insertMember } from './team-queries.ts'
import { mustBeInUse, mustBeVerified, type TeamService } from './team-service.ts'

export interface InvitationOptions {
  readonly database: Database
  readonly mailer: Mailer
  readonly teams: TeamService
  /** Address people use, without a trailing slash. */
  readonly publicUrl: string
}

const lifetimeMs = 7 * 24 * 60 * 60 * 1000
/** Letters to strangers in one team's name that are out at a time. */
const maxOpen = 100

export class InvitationService {
  readonly #options: InvitationOptions

  constructor(options: InvitationOptions) {
    this.#options = options
  }

  async list(person: SignedIn, teamId: string): Promise<readonly Invitation[]> {
    const { teams, database } = this.#options
    await teams.mustHave(person, teamId, 'admin')
    const rows = await database.queries
      .selectFrom('invitations')
      .select(['id', 'email', 'role', 'expires_at', 'created_at'])
      .where('team_id', '=', teamId)
      .where('expires_at', '>', Date.now())
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .execute()
    return rows.map(invitationOf)
  }

  /**
   * Invites somebody, anew when an invitation is out already: its link is then no longer good.
   * @throws Problem `team/member-conflict`, `auth/forbidden` for a role above the inviter's, `rate/limited`
   */
  async invite(
    person: SignedIn,
    teamId: string,
    { email, role }: { readonly email: string; readonly role: Role },
  ): Promise<Invitation> {
    mustBeVerified(person)
    const team = await this.#options.teams.mustHave(person, teamId, 'admin')
    if (!isAtLeast(team.role, role)) {
      throw problem('auth/forbidden', {
        detail: `The role "${team.role}" cannot invite anybody as "${role}".`,
        members: { role },
      })
    }
    await this.#mustBeNew(teamId, email)
    const token = randomBase62(32)
    const invitation = await this.#store({ teamId, email, role, token })
    const { mailer, publicUrl } = this.#options
    const url = `${publicUrl}/console/invitation?token=${token}`
    mailer.send(invitationLetter({ to: email, inviter: person.name, team: team.name, url }))
    return invitation
  }

  /** @throws Problem `invitation/not-found` */
  async withdraw(person: SignedIn, teamId: string, id: string): Promise<void> {
    const { teams, database } = this.#options
    await teams.mustHave(person, teamId, 'admin')
    const { numDeletedRows } = await database.queries
      .deleteFrom('invitations')
      .where('team_id', '=', teamId)
      .where('id', '=', id)
      .executeTakeFirst()
    if (numDeletedRows === 0n) throw noInvitation()
  }

  /** What the reader of a letter may know before signing in; `undefined` for a token that is not good any more. */
  async read(token: string): Promise<{ readonly team: string; readonly email: string } | undefined> {
    return this.#options.database.queries
      .selectFrom('invitations')
      .innerJoin('teams', 'teams.id', 'invitations.team_id')
      .select(['teams.name as team', 'invitations.email'])
      .where('token_hash', '=', hashOf(token))
      .where('expires_at', '>', Date.now())
      .executeTakeFirst()
  }

  /**
   * Makes the person a member.
   * @throws Problem `invitation/not-found` for a token that is unknown, used, too old or somebody else's;
   * `team/suspended`, `team/frozen`
   */
  async accept(person: SignedIn, token: string): Promise<Team> {
    mustBeVerified(person)
    return this.#options.database.transaction(async (queries) => {
      const row = await queries
        .deleteFrom('invitations')
        .where('token_hash', '=', hashOf(token))
        .where('email', '=', person.email)
        .where('expires_at', '>', Date.now())
        .returning(['team_id', 'role'])
        .executeTakeFirst()
      if (row === undefined) throw noInvitation()
      if ((await findRole(queries, row.team_id, person.userId)) === undefined)
        await insertMember(queries, row.team_id, person.userId, row.role as Role)
      const team = (await findTeams(queries, person.userId)).find(({ id }) => id === row.team_id)
      if (team === undefined) throw noInvitation()
      mustBeInUse(team)
      return team
    })
  }

  async #mustBeNew(teamId: string, email: string): Promise<void> {
    const { queries } = this.#options.database
    const member = await queries
      .selectFrom('team_members')
      .innerJoin('users', 'users.id', 'team_members.user_id')
      .select('users.id')
      .where('team_members.team_id', '=', teamId)
      .where('users.email', '=', email)
      .executeTakeFirst()
    if (member !== undefined)
      throw problem('team/member-conflict', { detail: `${email} is a member of the team already.` })
    const { count } = await queries
      .selectFrom('invitations')
      .select((build) => build.fn.countAll<number>().as('count'))
      .where('team_id', '=', teamId)
      .where('expires_at', '>', Date.now())
      .executeTakeFirstOrThrow()
    if (Number(count) < maxOpen) return
    throw problem('rate/limited', {
      detail: `${maxOpen} invitations of the team are out; withdraw some first.`,
      retryAfterSeconds: 24 * 60 * 60,
      members: { limit: maxOpen },
    })
  }

  async #store(wanted: {
    readonly teamId: string
    readonly email: string
    readonly role: Role
    readonly token: string
  }): Promise<Invitation> {
    const now = Date.now()
    const row = {
      id: newId('invitation'),
      team_id: wanted.teamId,
      email: wanted.email,
      role: wanted.role,
      token_hash: hashOf(wanted.token),
      expires_at: now + lifetimeMs,
      created_at: now,
    }
    const { id: _id, team_id: _team, email: _email, ...renewed } = row
    const stored = await this.#options.database.queries
      .insertInto('invitations')
      .values(row)
      .onConflict((conflict) => conflict.columns(['team_id', 'email']).doUpdateSet(renewed))
      .returning(['id', 'email', 'role', 'expires_at', 'created_at'])
      .executeTakeFirstOrThrow()
    return invitationOf(stored)
  }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

function invitationOf(row: {
  readonly id: string
  readonly email: string
  readonly role: string
  readonly expires_at: number
  readonly created_at: number
}): Invitation {
  return {
    id: row.id,
    email: row.email,
    role: row.role as Role,
    expiresAt: row.expires_at,
    createdAt: row.created_at,
  }
}

function noInvitation() {
  return problem('invitation/not-found', {
    detail: 'There is no such invitation for you. It may be used, withdrawn or older than a week.',
  })
}
