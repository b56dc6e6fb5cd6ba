/** `project.json`: the project itself, its team and who is in it. */
import type { Queries } from '../db/index.ts'
import type { ProjectId } from '../projects/index.ts'

export async function* projectFile(queries: Queries, projectId: ProjectId): AsyncGenerator<string> {
  const row = await queries
    .selectFrom('projects')
    .innerJoin('teams', 'teams.id', 'projects.team_id')
    .select(['projects.id', 'projects.slug', 'projects.name', 'projects.plan', 'projects.settings'])
    .select(['projects.state', 'projects.state_reason', 'projects.created_at', 'projects.updated_at'])
    .select(['teams.id as team_id', 'teams.name as team_name', 'teams.created_at as team_created_at'])
    .where('projects.id', '=', projectId)
    .executeTakeFirstOrThrow()
  const members = await queries
    .selectFrom('team_members')
    .innerJoin('users', 'users.id', 'team_members.user_id')
    .select([
      'users.id',
      'users.email',
      'users.name',
      'team_members.role',
      'team_members.created_at as since',
    ])
    .where('team_members.team_id', '=', row.team_id)
    .orderBy('team_members.created_at')
    .execute()
  const { team_id, team_name, team_created_at, settings, ...project } = row
  const told = {
    ...project,
    settings: JSON.parse(settings) as unknown,
    team: { id: team_id, name: team_name, created_at: team_created_at, members },
  }
  yield `${JSON.stringify(told, null, 2)}\n`
}
