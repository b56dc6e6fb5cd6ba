/**
 * Closing an account, and opening it again by the link of the letter.
 *
 * Closed takes effect at once: the sessions are gone, nobody signs in, and the teams that only this person owned are
 * closed with their projects and keys. Nothing is deleted before the date, which is what makes it possible to undo.
 */
import { createHash } from 'node:crypto'
import { type Problem, problem } from '@fovea/core'
import type { AuditLog } from '../../audit/index.ts'
import { type Database, lockProject } from '../../db/index.ts'
import type { Mailer } from '../../mail/index.ts'
import { type ProjectService, randomBase62 } from '../../projects/index.ts'
import { accountClosedLetter } from '../letters/account-closed.ts'
import { teamClosedLetter } from '../letters/team-closed.ts'
import type { SignedIn } from '../signed-in.ts'
import { findOwnedTeams, findSoleTeams, type SoleTeam } from './sole-teams.ts'

export interface ClosingOptions {
  readonly database: Database
  readonly projects: Pick<ProjectService, 'teamChanged'>
  readonly mailer: Mailer
  readonly audit: AuditLog
  /** Address people use, without a trailing slash. */
  readonly publicUrl: string
  /** How long a closed account can be opened again, days. */
  readonly closeDays: number
}

const dayMs = 24 * 60 * 60 * 1000

export class ClosingService {
  readonly #options: ClosingOptions

  constructor(options: ClosingOptions) {
    this.#options = options
  }

  /**
   * Closes the account of a person who has just proved who they are; returns when it is deleted, Unix milliseconds.
   * @throws Problem `account/sole-owner` unless teams are to be closed with it; `team/frozen`, `account/operator`
   */
  async close(person: SignedIn, { closeTeams }: { readonly closeTeams: boolean }): Promise<number> {
    const { database, projects, closeDays } = this.#options
    if (person.isOperator) {
      throw problem('account/operator', {
        detail: 'You operate this installation: nobody could set states or see its teams without you.',
      })
    }
    const goneAt = Date.now() + closeDays * dayMs
    const token = randomBase62(32)
    const teams = await database.transaction(async (queries) => {
      // All of them, not only those without another owner: the other one may be closing too.
      for (const id of await findOwnedTeams(queries, person.userId)) await lockProject(database, queries, id)
      const sole = await findSoleTeams(queries, person.userId)
      mustBeClosable(sole, closeTeams)
      for (const { id } of sole)
        await queries.updateTable('teams').set({ delete_after: goneAt }).where('id', '=', id).execute()
      await queries
        .updateTable('users')
        .set({ delete_after: goneAt, restore_hash: hashOf(token) })
        .where('id', '=', person.userId)
        .execute()
      await queries.deleteFrom('sessions').where('user_id', '=', person.userId).execute()
      await queries.deleteFrom('verifications').where('value', '=', person.userId).execute()
      return sole
    })
    for (const { id } of teams) await projects.teamChanged(id)
    await this.#tell(person, teams, { goneAt, token })
    return goneAt
  }

  /**
   * Opens the account and the teams of its owner again.
   * @throws Problem `account/not-found` for a token that is unknown, used or too old
   */
  async restore(token: string): Promise<void> {
    const { database, projects, audit } = this.#options
    const { person, teams } = await database.transaction(async (queries) => {
      const person = await queries
        .updateTable('users')
        .set({ delete_after: null, restore_hash: null })
        .where('restore_hash', '=', hashOf(token))
        .where('delete_after', '>', Date.now())
        .returning(['id', 'email'])
        .executeTakeFirst()
      if (person === undefined) {
        throw problem('account/not-found', {
          detail: 'This link opens no account: it was used, or the account is deleted.',
        })
      }
      const teams = await queries
        .updateTable('teams')
        .set({ delete_after: null })
        .where('delete_after', 'is not', null)
        .where('id', 'in', (of) =>
          of
            .selectFrom('team_members')
            .select('team_id')
            .where('user_id', '=', person.id)
            .where('role', '=', 'owner'),
        )
        .returning('id')
        .execute()
      return { person, teams }
    })
    const actor = { kind: 'person', id: person.id, name: person.email } as const
    await audit.record({ actor, action: 'restore-account', target: {} })
    for (const { id } of teams) {
      await projects.teamChanged(id)
      await audit.record({ actor, action: 'restore-team', target: { team: id }, teamId: id })
    }
  }

  async #tell(
    { userId, email }: SignedIn,
    teams: readonly SoleTeam[],
    { goneAt, token }: { readonly goneAt: number; readonly token: string },
  ): Promise<void> {
    const { mailer, publicUrl, audit } = this.#options
    const url = `${publicUrl}/console/restore-account?token=${token}`
    mailer.send(accountClosedLetter({ to: email, goneAt, teams: teams.map(({ name }) => name), url }))
    const actor = { kind: 'person', id: userId, name: email } as const
    for (const { id, name, others } of teams) {
      await audit.record({ actor, action: 'close-team', target: { team: id }, teamId: id })
      for (const to of others) mailer.send(teamClosedLetter({ to, team: name, owner: email, goneAt }))
    }
  }
}

/** @throws Problem `team/frozen`, `account/sole-owner` */
function mustBeClosable(teams: readonly SoleTeam[], closeTeams: boolean): void {
  const frozen = teams.find(({ isFrozen }) => isFrozen)
  if (frozen !== undefined) {
    throw problem('team/frozen', {
      detail: `The team "${frozen.name}" is frozen: what it has must be kept, and you are its only owner.`,
    })
  }
  if (teams.length > 0 && !closeTeams) throw soleOwner(teams)
}

function soleOwner(teams: readonly SoleTeam[]): Problem {
  const list = teams
    .map(({ id, name, projects, others }) => {
      const size = `${projects} projects, ${others.length} other members`
      return `"${name}" (${id}, ${size})`
    })
    .join('; ')
  return problem('account/sole-owner', {
    detail: `You are the only owner of ${list}. Make somebody else an owner, or close them too with "close_teams": true.`,
    members: { teams: teams.map(({ id }) => id) },
  })
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
