/** What of the source's metadata goes into the output. Everything is dropped unless the request says otherwise. */
import type { ImageOutput } from '@fovea/core'
import type { Sharp } from 'sharp'
import type { Image } from './image.ts'

/** Adds the calls that keep metadata. Pixels are upright by now, so the orientation tag says so. */
export function keepMetadata(pipeline: Sharp, image: Image, policy: ImageOutput['metadata']): Sharp {
  if (policy === 'none' || image.kind === 'raster') return pipeline
  return pipeline.withMetadata({ orientation: 1 })
}
