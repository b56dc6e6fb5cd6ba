/**
 * Results that become objects in a bucket of the project's: an S3 or Azure origin whose settings say that it may be
 * written to.
 *
 * Whether it may is asked before anything is made. A path is written once unless the request says `overwrite`.
 */
import { problem } from '@fovea/core'
import type { ObjectWish } from '@fovea/core/dialects/json'
import type { ConfiguredOrigin, OriginService, Sources, WrittenObject } from '../origins/index.ts'
import type { Project } from '../projects/index.ts'

export interface ObjectStores {
  readonly origins: Pick<OriginService, 'get'>
  readonly sources: Pick<Sources, 'write'>
}

export interface StoredObject extends WrittenObject {
  /** Name of the origin. */
  readonly origin: string
  /** In the origin, without its prefix. */
  readonly path: string
}

/** @throws Problem `origin/unknown`, `origin/read-only` */
export async function writableOrigin(
  { origins }: ObjectStores,
  project: Project,
  { origin: name }: ObjectWish,
): Promise<ConfiguredOrigin> {
  const origin = await origins.get(project, name)
  if (origin.settings.writable === true) return origin
  throw problem('origin/read-only', {
    detail: `The origin "${origin.name}" is not one that may be written to: an S3 or Azure origin with "writable": true is.`,
    members: { origin: origin.name },
  })
}

/** @throws Problem `origin/exists`, `origin/…` naming the bucket */
export async function storeObject(
  stores: ObjectStores,
  project: Project,
  {
    wish,
    ...file
  }: {
    readonly wish: ObjectWish
    readonly bytes: Uint8Array
    readonly mediaType: string
    readonly signal: AbortSignal
  },
): Promise<StoredObject> {
  const origin = await writableOrigin(stores, project, wish)
  const { path, overwrite } = wish
  const written = await stores.sources.write(project.id, origin, { path, overwrite, ...file })
  return { ...written, origin: origin.name, path }
}
