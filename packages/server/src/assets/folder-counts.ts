/**
 * Keeps `folders` true: how many images are in a folder and below it, each once however many paths it has there.
 *
 * Counting them when somebody asks reads every asset of the project. Instead each change of an asset adjusts the few
 * folders above it, inside its own transaction and under the project's lock.
 */
import { sql } from 'kysely'
import type { Queries, TransactionQueries } from '../db/index.ts'
import type { ProjectId } from '../projects/index.ts'
import type { AssetId, BlobHash } from './asset.ts'
import { folderOf, foldersAbove, isWithin } from './path.ts'

export interface Counted {
  readonly projectId: ProjectId
  readonly id: AssetId
  readonly hash: BlobHash
  readonly path: string
  /** No other path leads to these bytes. They are looked for when it is not known. */
  readonly isNew?: boolean
}

/** Counts what the asset adds (1) to the folders above it, or took away (-1). Its own row does not matter. */
export async function countInFolders(
  queries: TransactionQueries,
  counted: Counted,
  change: 1 | -1,
): Promise<void> {
  const { projectId, path, isNew } = counted
  const folder = folderOf(path)
  const others = isNew === true ? [] : await otherPlaces(queries, counted)
  const affected = foldersAbove(folder).filter(
    (above) => !others.some((other) => isWithin(other.folder, above)),
  )
  const isOwn = !others.some((other) => other.folder === folder)
  if (affected.length > 0)
    await changeFolders(
      queries,
      { projectId, folder, affected },
      { images: isOwn ? change : 0, paths: change },
    ).execute()
  // A folder that the image is in elsewhere below has it in `images` already, and is not among the rows.
  if (!affected.includes(folder))
    await changeOwn(queries, { projectId, folder }, { images: isOwn ? change : 0, paths: change })
  if (change === 1 || affected.length === 0) return
  await queries
    .deleteFrom('folders')
    .where('project_id', '=', projectId)
    .where('path', 'in', affected)
    .where('images', '<=', 0)
    .execute()
}

/** Counts an image at its only path. */
export function countNew(queries: Queries, { projectId, path }: Pick<Counted, 'projectId' | 'path'>) {
  const folder = folderOf(path)
  return changeFolders(
    queries,
    { projectId, folder, affected: foldersAbove(folder) },
    { images: 1, paths: 1 },
  )
}

interface Affected {
  readonly projectId: ProjectId
  /** What the path lies directly in. */
  readonly folder: string
  /** Those that have one image more or less: it or some above it. */
  readonly affected: readonly string[]
}

function changeFolders(
  queries: Queries,
  { projectId, folder, affected }: Affected,
  own: { readonly images: number; readonly paths: 1 | -1 },
) {
  const rows = affected.map((above) => ({
    project_id: projectId,
    path: above,
    parent: above === '' ? null : folderOf(above),
    name: above.slice(above.lastIndexOf('/') + 1),
    images: own.paths,
    own_images: above === folder ? own.images : 0,
    own_paths: above === folder ? own.paths : 0,
  }))
  return queries
    .insertInto('folders')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['project_id', 'path']).doUpdateSet({
        images: sql`folders.images + excluded.images`,
        own_images: sql`folders.own_images + excluded.own_images`,
        own_paths: sql`folders.own_paths + excluded.own_paths`,
      }),
    )
}

/** Folders that the image is in by other paths. */
function otherPlaces(
  queries: TransactionQueries,
  { projectId, id, hash }: Counted,
): Promise<{ folder: string }[]> {
  return queries
    .selectFrom('assets')
    .select('folder')
    .distinct()
    .where('project_id', '=', projectId)
    .where('hash', '=', hash)
    .where('id', '!=', id)
    .execute()
}

/** What lies directly in the folder, whose row is there. */
async function changeOwn(
  queries: TransactionQueries,
  { projectId, folder }: { readonly projectId: ProjectId; readonly folder: string },
  { images, paths }: { readonly images: number; readonly paths: number },
): Promise<void> {
  await queries
    .updateTable('folders')
    .set({ own_images: sql`own_images + ${images}`, own_paths: sql`own_paths + ${paths}` })
    .where('project_id', '=', projectId)
    .where('path', '=', folder)
    .execute()
}
