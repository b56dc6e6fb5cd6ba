/** Refuses to put something where something else lies. */
import { type Problem, problem } from '@fovea/core'
import type { Queries } from '../db/index.ts'
import type { ProjectId } from '../projects/index.ts'

/** @throws Problem `asset/conflict` */
export async function requireFree(queries: Queries, projectId: ProjectId, path: string): Promise<void> {
  const there = await queries
    .selectFrom('assets')
    .select('id')
    .where('project_id', '=', projectId)
    .where('path', '=', path)
    .executeTakeFirst()
  if (there !== undefined) throw occupied(path)
}

export function occupied(path: string): Problem {
  return problem('asset/conflict', {
    detail: `There is an image at "${path}" already: name another path.`,
    members: { path },
  })
}
