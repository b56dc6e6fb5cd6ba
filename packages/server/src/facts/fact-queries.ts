/** Statements about stored facts. They go with their blob. */
import type { PictureFacts } from '@fovea/engine/pool'
import { sql } from 'kysely'
import type { BlobHash } from '../assets/index.ts'
import type { Database } from '../db/index.ts'
import type { ProjectId } from '../projects/index.ts'

export interface FactsKey {
  readonly projectId: ProjectId
  readonly hash: BlobHash
  /** Facts of another revision count as none. */
  readonly revision: number
}

export async function findFacts({ queries }: Database, key: FactsKey): Promise<PictureFacts | undefined> {
  const row = await queries
    .selectFrom('image_facts')
    .select('facts')
    .where('project_id', '=', key.projectId)
    .where('hash', '=', key.hash)
    .where('revision', '=', key.revision)
    .executeTakeFirst()
  // Checked before it was stored.
  return row === undefined ? undefined : (JSON.parse(row.facts) as PictureFacts)
}

/** Nothing is stored when the blob is gone. */
export async function storeFacts({ queries }: Database, key: FactsKey, facts: PictureFacts): Promise<void> {
  const values = { revision: key.revision, facts: JSON.stringify(facts), created_at: Date.now() }
  await queries
    .insertInto('image_facts')
    .columns(['project_id', 'hash', 'revision', 'facts', 'created_at'])
    .expression((from) =>
      from
        .selectFrom('blobs')
        .select([
          'project_id',
          'hash',
          sql<number>`cast(${values.revision} as integer)`.as('revision'),
          sql<string>`cast(${values.facts} as text)`.as('facts'),
          sql<number>`cast(${values.created_at} as bigint)`.as('created_at'),
        ])
        .where('project_id', '=', key.projectId)
        .where('hash', '=', key.hash),
    )
    .onConflict((conflict) => conflict.columns(['project_id', 'hash']).doUpdateSet(values))
    .execute()
}
