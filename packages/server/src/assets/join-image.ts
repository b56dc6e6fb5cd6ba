/** What a path takes over when it comes to lead to an image: all paths of one image share it. */
import type { Queries } from '../db/index.ts'
import type { ProjectId } from '../projects/index.ts'
import type { BlobHash, Visibility } from './asset.ts'
import { type Description, type DescriptionRow, descriptionColumns, descriptionOf } from './description.ts'

export interface SharedByPaths {
  /** No other path leads to the image. */
  readonly isNew: boolean
  readonly visibility: Visibility
  readonly description: Description
  /** When the image came, Unix milliseconds. */
  readonly listedAt: number
}

/** Of the row of a path. */
type Shared = DescriptionRow & { readonly visibility: string }

/**
 * That of the image's other paths. An image that is at no path comes anew: first in lists, with what the path has of
 * its `own`. Its blob has a row; the caller holds the project's lock.
 */
export async function joinImage(
  queries: Queries,
  { projectId, hash }: { readonly projectId: ProjectId; readonly hash: BlobHash },
  own: Shared,
): Promise<SharedByPaths> {
  const live = await queries
    .selectFrom('assets')
    .select(['visibility', 'listed_at', ...descriptionColumns])
    .where('project_id', '=', projectId)
    .where('hash', '=', hash)
    .limit(1)
    .executeTakeFirst()
  if (live !== undefined) return { ...shared(live, live.listed_at), isNew: false }
  const now = Date.now()
  await queries
    .updateTable('blobs')
    .set({ created_at: now })
    .where('project_id', '=', projectId)
    .where('hash', '=', hash)
    .execute()
  return comesNew(own, now)
}

/** As `joinImage`, for an image whose blob has just got its row. @param at when, Unix milliseconds */
export function comesNew(own: Shared, at: number): SharedByPaths {
  return { ...shared(own, at), isNew: true }
}

function shared(row: Shared, listedAt: number): Omit<SharedByPaths, 'isNew'> {
  return { visibility: row.visibility as Visibility, description: descriptionOf(row), listedAt }
}
