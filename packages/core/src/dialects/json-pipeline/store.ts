/**
 * Where a result goes: it becomes an image of the project, or an object in a bucket of the project's. One reading for
 * requests about one picture, whose path is a path, and for jobs, whose path is a template.
 */
import { invalidPayload } from '../payload-problem.ts'
import { quote } from '../quote.ts'
import { readObject } from './members.ts'

export type StoreWish<Path = string> = ImageWish<Path> | ObjectWish<Path>

/** An image of the project. */
export interface ImageWish<Path = string> {
  readonly kind: 'image'
  readonly path: Path
  readonly visibility: 'public' | 'private' | undefined
}

/** An object in a bucket: an origin of the project that may be written to. */
export interface ObjectWish<Path = string> {
  readonly kind: 'object'
  /** Its name or id. */
  readonly origin: string
  readonly path: Path
  /** Whether what lies at the path is replaced; otherwise the request fails. */
  readonly overwrite: boolean
}

const members = ['path', 'visibility', 'origin', 'overwrite'] as const

/** @throws Problem `pipeline/invalid` with a `pointer` below `/store`, and what `readPath` throws */
export function readStore<Path>(
  value: unknown,
  readPath: (text: string) => Path,
): StoreWish<Path> | undefined {
  if (value === undefined) return undefined
  const { path, ...wish } = readObject(value, '"store"', '/store', members)
  if (typeof path !== 'string')
    throw invalidPayload('/store/path', `"store.path" must be a text, not ${quote(path)}.`)
  return wish.origin === undefined
    ? { kind: 'image', path: readPath(path), ...readImageWish(wish) }
    : { kind: 'object', path: readPath(path), ...readObjectWish(wish) }
}

type Members = Readonly<Record<string, unknown>>

function readImageWish({ visibility, overwrite }: Members): Pick<ImageWish, 'visibility'> {
  if (overwrite !== undefined)
    throw invalidPayload(
      '/store/overwrite',
      '"store.overwrite" goes with "store.origin": images get versions.',
    )
  if (visibility !== undefined && visibility !== 'public' && visibility !== 'private')
    throw invalidPayload(
      '/store/visibility',
      `"store.visibility" must be public or private, not ${quote(visibility)}.`,
    )
  return { visibility }
}

function readObjectWish({
  origin,
  visibility,
  overwrite = false,
}: Members): Pick<ObjectWish, 'origin' | 'overwrite'> {
  if (typeof origin !== 'string' || origin === '')
    throw invalidPayload(
      '/store/origin',
      `"store.origin" must be the name of an origin, not ${quote(origin)}.`,
    )
  if (visibility !== undefined)
    throw invalidPayload(
      '/store/visibility',
      '"store.visibility" is about images of the project, not about objects.',
    )
  if (typeof overwrite !== 'boolean')
    throw invalidPayload(
      '/store/overwrite',
      `"store.overwrite" must be true or false, not ${quote(overwrite)}.`,
    )
  return { origin, overwrite }
}
