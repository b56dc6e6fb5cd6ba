/** What is told of images when they come, change and go. */
import { isDeepStrictEqual } from 'node:util'
import type { ProjectEvent } from '../events/index.ts'
import { type Image, orientedSize } from './image.ts'
import type { Removal } from './remove-assets.ts'

type EventOf<Type extends ProjectEvent['type']> = Extract<ProjectEvent, { readonly type: Type }>

export function uploadedEvent(image: Image, path: string): EventOf<'image.uploaded'> {
  const { id, size, facts, visibility } = image
  const data = { id, path, size, format: facts.format, ...orientedSize(facts), visibility }
  return { type: 'image.uploaded', data }
}

/** A path has other bytes, those of `image`. */
export function replacedEvent({ id }: Pick<Image, 'id'>, path: string): EventOf<'image.updated'> {
  return { type: 'image.updated', data: { id, paths: [path], changed: ['bytes'] } }
}

/** `undefined` when nothing is different. */
export function updatedEvent(before: Image, after: Image): EventOf<'image.updated'> | undefined {
  const [old, now] = [before.description, after.description]
  const pairs = [
    ['visibility', before.visibility, after.visibility],
    ['alt_text', old.altText, now.altText],
    ['tags', old.tags, now.tags],
    ['custom_metadata', old.metadata, now.metadata],
    ['focal_point', old.focalPoint, now.focalPoint],
  ] as const
  const changed = pairs.filter(([, a, b]) => !isDeepStrictEqual(a, b)).map(([name]) => name)
  if (changed.length === 0) return undefined
  return { type: 'image.updated', data: { id: after.id, paths: after.paths, changed } }
}

export function deletedEvent(
  { id }: Pick<Image, 'id'>,
  {
    paths,
    isGone,
    how,
  }: { readonly paths: readonly string[]; readonly isGone: boolean; readonly how: Removal },
): EventOf<'image.deleted'> {
  const data = { id, paths, image_deleted: isGone, permanent: how === 'for-good' }
  return { type: 'image.deleted', data }
}
