/** All teams of the installation, as its operator sees them, and the states that only the operator sets. */
import { problem } from '@fovea/core'
import type { Database } from '../../db/index.ts'
import {
  type LastingState,
  type ProjectService,
  type ProjectState,
  standingOf,
} from '../../projects/index.ts'

export interface OperatedTeam {
  readonly id: string
  readonly name: string
  readonly state: ProjectState
  readonly stateReason: string | null
  readonly goneAt: number | null
  /** E-mail addresses. */
  readonly owners: readonly string[]
  /** Slugs. */
  readonly projects: readonly string[]
}

export class OperatedTeams {
  readonly #database: Database
  readonly #projects: Pick<ProjectService, 'teamChanged'>

  constructor(database: Database, projects: Pick<ProjectService, 'teamChanged'>) {
    this.#database = database
    this.#projects = projects
  }

  /** By id, from the one behind `after`. */
  async list({ limit, after = '' }: { readonly limit: number; readonly after?: string | undefined }) {
    const { queries } = this.#database
    const teams = await queries
      .selectFrom('teams')
      .selectAll()
      .where('id', '>', after)
      .orderBy('id')
      .limit(limit)
      .execute()
    if (teams.length === 0) return []
    const ids = teams.map(({ id }) => id)
    const [owners, projects] = await Promise.all([
      queries
        .selectFrom('team_members')
        .innerJoin('users', 'users.id', 'team_members.user_id')
        .select(['team_members.team_id', 'users.email as text'])
        .where('team_members.team_id', 'in', ids)
        .where('team_members.role', '=', 'owner')
        .orderBy('users.email')
        .execute(),
      queries
        .selectFrom('projects')
        .select(['team_id', 'slug as text'])
        .where('team_id', 'in', ids)
        .orderBy('slug')
        .execute(),
    ])
    return teams.map((row): OperatedTeam => {
      const ofTeam = ({ team_id: id }: { readonly team_id: string | null }) => id === row.id
      return {
        id: row.id,
        name: row.name,
        ...standingOf(row),
        owners: owners.filter(ofTeam).map(({ text }) => text),
        projects: projects.filter(ofTeam).map(({ text }) => text),
      }
    })
  }

  /**
   * Puts a team and thereby all its projects into a state. A closed team stays closed, and is kept while it is frozen.
   * @throws Problem `team/not-found`
   */
  async setState(teamId: string, state: LastingState, reason: string | null): Promise<void> {
    const { numUpdatedRows } = await this.#database.queries
      .updateTable('teams')
      .set({ state, state_reason: reason, updated_at: Date.now() })
      .where('id', '=', teamId)
      .executeTakeFirstOrThrow()
    if (numUpdatedRows === 0n) throw noTeamToManage()
    await this.#projects.teamChanged(teamId)
  }
}

/** The answer to whoever is not the operator, too. */
export function noTeamToManage() {
  return problem('team/not-found', { detail: 'There is no such team for you to manage.' })
}
