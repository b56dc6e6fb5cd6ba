/** What a path takes over when it comes to lead to an image: all paths of one image share it. */
import type { Queries } from '../db/index.ts'
import type { ProjectId } from '../projects/index.ts'
import type { BlobHash, Visibility } from './asset.ts'
import { type Description, type DescriptionRow, descriptionColumns, descriptionOf } from './description.ts'

export interface SharedByPaths {
  readonly visibility: Visibility
  readonly description: Description
  /** When the image came, Unix milliseconds. */
  readonly listedAt: number
}

/**
 * That of the image's other paths. An image that is at no path comes anew: first in lists, with what the path has of
 * its `own`. Its blob has a row; the caller holds the project's lock.
 */
export async function joinImage(
  queries: Queries,
  { projectId, hash }: { readonly projectId: ProjectId; readonly hash: BlobHash },
  own: DescriptionRow & { readonly visibility: string },
): Promise<SharedByPaths & { readonly isNew: boolean }> {
  const live = await queries
    .selectFrom('assets')
    .select(['visibility', 'listed_at', ...descriptionColumns])
    .where('project_id', '=', projectId)
    .where('hash', '=', hash)
    .limit(1)
    .executeTakeFirst()
  const now = Date.now()
  if (live === undefined) {
    await queries
      .updateTable('blobs')
      .set({ created_at: now })
      .where('project_id', '=', projectId)
      .where('hash', '=', hash)
      .execute()
  }
  return {
    isNew: live === undefined,
    visibility: (live ?? own).visibility as Visibility,
    description: descriptionOf(live ?? own),
    listedAt: live?.listed_at ?? now,
  }
}
