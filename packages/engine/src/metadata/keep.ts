/**
 * What of the source's metadata goes into the output. Everything is dropped unless the request says otherwise.
 *
 * `copyright` keeps artist and copyright (EXIF, or XMP where EXIF says nothing) and no more: no place, no serial
 * number, no thumbnail. `all` keeps EXIF, XMP and IPTC; TIFF and GIF hold less of it.
 */
import type { ImageOutput } from '@fovea/core'
import type { Sharp } from 'sharp'
import { inWorkingSpace, pipelineOf, type Raster, type SourceImage, sourcePipeline } from '../image.ts'
import type { Rights } from './exif.ts'

/** Adds the calls that keep metadata to a pipeline that ends in the output's pixels. */
export function keepMetadata(pipeline: Sharp, source: SourceImage, policy: ImageOutput['metadata']): Sharp {
  switch (policy) {
    case 'none':
      return pipeline
    case 'copyright':
      return withRights(pipeline, source.rights)
    case 'all':
      return pipeline.withMetadata({ orientation: source.isUprighted ? 1 : source.facts.orientation })
  }
}

/**
 * A pipeline over the raster's source that shows the raster's pixels: raw pixels carry no metadata and sharp takes
 * none from elsewhere, so the source is made to carry them. Costs a second decoding.
 */
export async function onSource(raster: Raster): Promise<Sharp> {
  const { width, height, channels, pages, source } = raster
  // An overlay is one picture, also over the tall roll of an animation.
  const overlay: Raster = { ...raster, height: height * pages, pages: 1 }
  const input = await inWorkingSpace(pipelineOf(overlay), overlay).png({ compressionLevel: 0 }).toBuffer()
  const covered = sourcePipeline(source)
    .resize({ width, height, fit: 'fill', kernel: 'nearest' })
    .composite([{ input, left: 0, top: 0, blend: 'source', limitInputPixels: false }])
  return channels === 4 ? covered : covered.removeAlpha()
}

function withRights(pipeline: Sharp, { artist, copyright }: Rights): Sharp {
  const tags = { ...text('Artist', artist), ...text('Copyright', copyright) }
  return Object.keys(tags).length === 0 ? pipeline : pipeline.withExif({ IFD0: tags })
}

/** libvips cuts a last parenthesis off (it writes types there), so it gets one to cut. */
function text(tag: string, value: string | undefined): Record<string, string> {
  return value === undefined ? {} : { [tag]: `${value} (ASCII)` }
}
