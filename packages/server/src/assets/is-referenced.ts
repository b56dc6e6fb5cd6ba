import type { Queries } from '../db/index.ts'
import type { ProjectId } from '../projects/index.ts'
import type { BlobHash } from './asset.ts'

/** Whether a row of the project names these bytes; it stays so under the project's lock. */
export async function isReferenced(queries: Queries, projectId: ProjectId, hash: BlobHash): Promise<boolean> {
  const row = await queries
    .selectFrom('blobs')
    .select('hash')
    .where('project_id', '=', projectId)
    .where('hash', '=', hash)
    .executeTakeFirst()
  return row !== undefined
}
