/** Statements about stored facts. They go with their blob. */
import type { PictureFacts } from '@fovea/engine/pool'
import type { Database } from '../db/index.ts'
import { type BlobKey, storeBeside } from './beside-blob.ts'

export interface FactsKey extends BlobKey {
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
export async function storeFacts(database: Database, key: FactsKey, facts: PictureFacts): Promise<void> {
  const values = { revision: key.revision, facts: JSON.stringify(facts), created_at: Date.now() }
  await storeBeside(database, key, { table: 'image_facts', values })
}
