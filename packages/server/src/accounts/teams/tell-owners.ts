/** A letter to every owner of a project's team. */
import type { Database } from '../../db/index.ts'
import type { Mail, Mailer } from '../../mail/index.ts'
import type { ProjectId } from '../../projects/index.ts'

export async function tellOwners(
  { database, mailer }: { readonly database: Database; readonly mailer: Mailer },
  projectId: ProjectId,
  compose: (about: { readonly to: string; readonly project: string }) => Mail,
): Promise<void> {
  const owners = await database.queries
    .selectFrom('projects')
    .innerJoin('team_members', 'team_members.team_id', 'projects.team_id')
    .innerJoin('users', 'users.id', 'team_members.user_id')
    .select(['projects.slug', 'users.email'])
    .where('projects.id', '=', projectId)
    .where('team_members.role', '=', 'owner')
    .where('users.delete_after', 'is', null)
    .execute()
  for (const { slug, email } of owners) mailer.send(compose({ to: email, project: slug }))
}
