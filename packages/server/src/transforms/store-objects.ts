/**
 * Results that become objects in a bucket of the project's: an S3 or Azure origin whose settings say that it may be
 * written to.
 *
 * Whether it may is asked before anything is made. A path is written once unless the request says `overwrite`.
 */
import { Problem, problem } from '@fovea/core'
import type { ObjectWish } from '@fovea/core/dialects/json'
import type { ConfiguredOrigin, OriginService, Sources, WrittenObject } from '../origins/index.ts'
import type { Project } from '../projects/index.ts'

export interface ObjectStores {
  readonly origins: Pick<OriginService, 'get'>
  readonly sources: Pick<Sources, 'write' | 'look'>
}

export interface StoredObject extends WrittenObject {
  /** Name of the origin. */
  readonly origin: string
  /** In the origin, without its prefix. */
  readonly path: string
}

/** @throws Problem `origin/unknown`, `origin/read-only` */
export async function writableOrigin(
  { origins }: Pick<ObjectStores, 'origins'>,
  project: Project,
  { origin: name }: Pick<ObjectWish, 'origin'>,
): Promise<ConfiguredOrigin> {
  const origin = await origins.get(project, name)
  if (origin.settings.writable === true) return origin
  throw problem('origin/read-only', {
    detail: `The origin "${origin.name}" is not one that may be written to: an S3 or Azure origin with "writable": true is.`,
    members: { origin: origin.name },
  })
}

interface NewResult {
  readonly wish: ObjectWish
  readonly bytes: Uint8Array
  readonly mediaType: string
  /** Kept with the object. */
  readonly mark?: string
  readonly signal: AbortSignal
}

/** @throws Problem `origin/exists`, `origin/…` naming the bucket */
export async function storeObject(
  stores: ObjectStores,
  project: Project,
  { wish, ...file }: NewResult,
): Promise<StoredObject> {
  const origin = await writableOrigin(stores, project, wish)
  const { path, overwrite } = wish
  const written = await stores.sources.write(project.id, origin, { path, overwrite, ...file })
  return { ...written, origin: origin.name, path }
}

interface RepeatableResult extends NewResult {
  /** The result's own name, the same each time it is made. */
  readonly mark: string
  /** It may lie there: somebody has been at it before. */
  readonly isAgain: boolean
}

/**
 * As `storeObject`, for work that may be done again: what lies at the path and bears the mark is the result itself,
 * written by one who was killed before he could say so, or whose answer was lost.
 * @throws Problem as `storeObject`
 */
export async function storeObjectOnce(
  stores: ObjectStores,
  project: Project,
  { isAgain, ...result }: RepeatableResult,
): Promise<StoredObject> {
  const there = isAgain ? await markedObject(stores, project, result) : undefined
  if (there !== undefined) return there
  try {
    return await storeObject(stores, project, result)
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'origin/exists') throw error
    const own = await markedObject(stores, project, result)
    if (own === undefined) throw error
    return own
  }
}

async function markedObject(
  stores: ObjectStores,
  project: Project,
  { wish, mark, signal }: Omit<RepeatableResult, 'isAgain'>,
): Promise<StoredObject | undefined> {
  const origin = await writableOrigin(stores, project, wish)
  const found = await stores.sources.look(origin, { path: wish.path, signal })
  if (found?.mark !== mark) return undefined
  return { etag: found.etag, origin: origin.name, path: wish.path }
}
