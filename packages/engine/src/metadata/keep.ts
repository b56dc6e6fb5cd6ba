/**
 * What of the source's metadata goes into the output. Everything is dropped unless the request says otherwise.
 *
 * `copyright` keeps artist and copyright (EXIF, or XMP where EXIF says nothing) and no more: no place, no serial
 * number, no thumbnail. `all` keeps EXIF, XMP and, in a JPEG, IPTC, each without what describes the source file and
 * not the result (see blocks.ts); TIFF and GIF hold less of it.
 */
import type { ImageOutput } from '@fovea/core/model'
import type { Sharp } from 'sharp'
import { withMetadata } from '../codecs/webp-chunks.ts'
import { isGrey, type Raster, type SourceImage } from '../image.ts'
import { profileNamed } from '../sharp/profiles.ts'
import { sharp } from '../sharp/setup.ts'
import { exifFor, iptcFor, xmpFor } from './blocks.ts'
import { carry } from './carrier.ts'
import type { Rights } from './exif.ts'
import { insertApp13 } from './jpeg-segments.ts'

/** A pipeline over still pixels that hands on their profile and, with policy `all`, the source's metadata. */
export async function carrying(raster: Raster, policy: ImageOutput['metadata']): Promise<Sharp> {
  const { source } = raster
  const icc = isGrey(raster) ? undefined : await profileNamed(source.space)
  const blocks = policy === 'all' ? blocksFor(source) : {}
  const pipeline = sharp(carry(raster, { ...blocks, icc }), { limitInputPixels: false })
  return policy === 'all' ? pipeline.keepMetadata() : pipeline.keepIccProfile()
}

function blocksFor({ blocks, isUprighted, facts }: SourceImage): {
  exif?: Uint8Array | undefined
  xmp?: string | undefined
} {
  const orientation = isUprighted ? 1 : facts.orientation
  return {
    exif: blocks.exif && exifFor(blocks.exif, orientation),
    xmp: blocks.xmp && xmpFor(blocks.xmp),
  }
}

/** The finished file with what nothing carries through its encoder: IPTC in a JPEG, all of it where frames move. */
export function withBlocks(
  bytes: Uint8Array,
  source: SourceImage,
  { format, metadata }: ImageOutput,
  pages: number,
): Uint8Array {
  if (metadata !== 'all') return bytes
  if (format === 'webp' && pages > 1) return withMetadata(bytes, blocksFor(source))
  const record =
    format === 'jpeg' && source.blocks.iptc !== undefined ? iptcFor(source.blocks.iptc) : undefined
  return record === undefined ? bytes : insertApp13(bytes, record)
}

export function withRights(pipeline: Sharp, { artist, copyright }: Rights): Sharp {
  const tags = { ...text('Artist', artist), ...text('Copyright', copyright) }
  return Object.keys(tags).length === 0 ? pipeline : pipeline.withExif({ IFD0: tags })
}

/** libvips cuts a last parenthesis off (it writes types there), so it gets one to cut. */
function text(tag: string, value: string | undefined): Record<string, string> {
  return value === undefined ? {} : { [tag]: `${value} (ASCII)` }
}
