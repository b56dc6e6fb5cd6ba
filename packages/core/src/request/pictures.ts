/** Which pictures beside the source a pipeline needs, as sources to be found before anything is decoded. */
import type { Limits } from '../limits/limits.ts'
import { operationNamed, type PictureRef, type Pipeline, pictureKey } from '../operations/index.ts'
import { problem } from '../problem/index.ts'
import type { SourceRef } from './image-request.ts'

/**
 * The pictures by their key, each once, in the order they are first named.
 * @throws Problem `pipeline/too-long` when they are more than the limits allow
 */
export function picturesOf(
  pipeline: Pipeline,
  { maxPictures }: Pick<Limits, 'maxPictures'>,
): ReadonlyMap<string, SourceRef> {
  const found = new Map<string, SourceRef>()
  for (const operation of pipeline) {
    for (const ref of operationNamed(operation.op).pictures?.(operation) ?? []) {
      found.set(pictureKey(ref), sourceOf(ref))
    }
  }
  if (found.size <= maxPictures) return found
  throw problem('pipeline/too-long', {
    detail: `The pipeline names ${found.size} pictures beside the source; at most ${maxPictures} are allowed.`,
    members: { limit: maxPictures, actual: found.size },
  })
}

/** A name without an extension stands for the picture of that name in any format, as uploads always have one. */
function sourceOf(ref: PictureRef): SourceRef {
  if ('url' in ref) return { kind: 'url', url: ref.url }
  const match = ref.asset.lastIndexOf('.') > ref.asset.lastIndexOf('/') ? 'exact' : 'stem'
  const { asset: path, origin } = ref
  return { kind: 'asset', path, match, ...(origin === undefined ? {} : { origin }) }
}
