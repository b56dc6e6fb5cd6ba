/** Images by where they lie: pages of paths that start alike, in the order of their bytes. */
import type { Database, Queries } from '../db/index.ts'
import type { ProjectId } from '../projects/index.ts'
import type { Image } from './image.ts'
import { imagesOf } from './image-queries.ts'

export interface PathPage {
  /** What the paths start with; empty = all of the project. */
  readonly prefix: string
  readonly limit: number
  /** The last path of the page before. */
  readonly after: string | undefined
}

export interface PathList {
  /** One for each path: an image at two of them is there twice. */
  readonly found: readonly { readonly path: string; readonly image: Image }[]
  /** Paths on all pages. */
  readonly total: number
  /** Where the next page starts; absent on the last. */
  readonly next: string | undefined
}

/** No text is greater than this character and starts with it, in byte order. */
const lastCharacter = '\u{10ffff}'

export async function listPaths(
  { queries }: Database,
  projectId: ProjectId,
  { prefix, limit, after }: PathPage,
): Promise<PathList> {
  const matching = beginningWith(queries, projectId, prefix)
  const page = after === undefined ? matching : matching.where('path', '>', after)
  const [rows, counted] = await Promise.all([
    page
      .select(['path', 'hash'])
      .orderBy('path')
      .limit(limit + 1)
      .execute(),
    matching.select((of) => of.fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ])
  const listed = rows.slice(0, limit)
  const images = await imagesOf(queries, projectId, [...new Set(listed.map(({ hash }) => hash))])
  const byHash = new Map(images.map((image) => [image.hash as string, image]))
  return {
    found: listed.flatMap(({ path, hash }) => {
      const image = byHash.get(hash)
      return image === undefined ? [] : { path, image }
    }),
    total: counted.total,
    next: rows.length > limit ? listed.at(-1)?.path : undefined,
  }
}

/** The first `limit` paths that begin so, in the order of their bytes. */
export async function pathsBeginningWith(
  { queries }: Database,
  projectId: ProjectId,
  prefix: string,
  limit: number,
): Promise<readonly string[]> {
  const rows = await beginningWith(queries, projectId, prefix)
    .select('path')
    .orderBy('path')
    .limit(limit)
    .execute()
  return rows.map(({ path }) => path)
}

function beginningWith(queries: Queries, projectId: ProjectId, prefix: string) {
  const all = queries.selectFrom('assets').where('project_id', '=', projectId)
  return prefix === '' ? all : all.where('path', '>=', prefix).where('path', '<', prefix + lastCharacter)
}
