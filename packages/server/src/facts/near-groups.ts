/** Statements about groups of images that look alike. */
import type { BlobHash } from '../assets/index.ts'
import type { Database } from '../db/index.ts'
import type { ProjectId } from '../projects/index.ts'

export interface GroupPage {
  readonly limit: number
  /** The last group of the page before. */
  readonly after: string | undefined
}

export interface NearGroup {
  readonly name: string
  /** Images in it. */
  readonly count: number
  /** The first of them. */
  readonly hashes: readonly BlobHash[]
}

export interface NearGroupList {
  readonly groups: readonly NearGroup[]
  /** Where the next page starts; absent on the last. */
  readonly next: string | undefined
}

/** Images of a group that are listed with it. */
const shownMembers = 50

/** Groups of two images or more, in an order that new ones do not disturb. */
export async function listNearGroups(
  database: Database,
  projectId: ProjectId,
  { limit, after }: GroupPage,
): Promise<NearGroupList> {
  const counted = await members(database, projectId)
    .select(['near_group', ({ fn }) => fn.countAll<number>().as('count')])
    .$if(after !== undefined, (groups) => groups.where('near_group', '>', after ?? ''))
    .groupBy('near_group')
    .having(({ fn }) => fn.countAll(), '>', 1)
    .orderBy('near_group')
    .limit(limit + 1)
    .execute()
  const page = counted.slice(0, limit)
  const groups = await Promise.all(
    page.map(async ({ near_group: name, count }) => {
      const rows = await members(database, projectId)
        .select('hash')
        .where('near_group', '=', name)
        .orderBy('hash')
        .limit(shownMembers)
        .execute()
      return { name: name ?? '', count: Number(count), hashes: rows.map((row) => row.hash as BlobHash) }
    }),
  )
  return { groups, next: counted.length > limit ? (page.at(-1)?.near_group ?? undefined) : undefined }
}

/** Blobs of the project in any group, as far as an image shows them: the trash does not count. */
function members({ queries }: Database, projectId: ProjectId) {
  return queries
    .selectFrom('blobs')
    .where('project_id', '=', projectId)
    .where('near_group', 'is not', null)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('assets')
          .select('assets.id')
          .whereRef('assets.project_id', '=', 'blobs.project_id')
          .whereRef('assets.hash', '=', 'blobs.hash'),
      ),
    )
}
