/** What libvips tells of a file without decoding it, in our words. */
import { problem } from '@fovea/core/model'
import type { Metadata } from 'sharp'
import type { Animation, Codec } from './codecs/index.ts'
import type { SourceImage } from './image.ts'
import type { MetadataBlocks } from './metadata/blocks.ts'
import { type Rights, rightsInExif } from './metadata/exif.ts'
import { isWideProfile } from './metadata/profile.ts'
import { rightsInXmp } from './metadata/xmp.ts'
import type { HeaderFacts } from './pool/protocol.ts'

type BesidePixels = Pick<SourceImage, 'animation' | 'hasProfile' | 'isWide' | 'rights' | 'blocks'>

/** What the file holds beside its pixels. */
export function besidePixels(metadata: Metadata): BesidePixels {
  return {
    animation: animationOf(metadata),
    hasProfile: metadata.hasProfile,
    isWide: isWideProfile(metadata.icc),
    rights: rightsOf(metadata),
    blocks: blocksOf(metadata),
  }
}

/**
 * The facts that requests and plans go by.
 * @throws Problem `source/undecodable` when libvips sees another format than the first bytes promised
 */
export function factsOf(metadata: Metadata, codec: Codec, sizeBytes: number): HeaderFacts {
  if (metadata.format !== codec.sharpFormat) {
    throw problem('source/undecodable', {
      detail: `The file begins like ${codec.format} and is something else.`,
    })
  }
  return {
    format: codec.format,
    width: metadata.width,
    height: metadata.height,
    orientation: metadata.orientation ?? 1,
    pages: movingPages(metadata, codec),
    hasAlpha: metadata.hasAlpha,
    channels: metadata.channels,
    space: metadata.space,
    depth: bitsOf(metadata),
    ...(metadata.density === undefined ? {} : { density: metadata.density }),
    isProgressive: metadata.isProgressive,
    sizeBytes,
  }
}

/** Bits per channel as the file has them (10 for many AVIF), else those of the samples it decodes to. */
function bitsOf({ bitsPerSample, depth }: Metadata): number {
  if (bitsPerSample !== undefined && bitsPerSample > 0) return bitsPerSample
  return depth === 'ushort' || depth === 'short' ? 16 : depth === 'uchar' || depth === 'char' ? 8 : 32
}

/** Frames that belong to one animation; the pages of a TIFF or the items of an AVIF are pictures of their own. */
function movingPages({ pages = 1 }: Metadata, { format }: Codec): number {
  return format === 'gif' || format === 'webp' ? pages : 1
}

function animationOf({ pages = 1, delay, loop }: Metadata): Animation | undefined {
  return pages > 1 && delay !== undefined ? { delay, loop: loop ?? 0 } : undefined
}

function rightsOf({ exif, xmpAsString }: Metadata): Rights {
  const inXmp = xmpAsString === undefined ? {} : rightsInXmp(xmpAsString)
  return exif === undefined ? inXmp : { ...inXmp, ...rightsInExif(exif) }
}

function blocksOf({ exif, xmpAsString: xmp, iptc }: Metadata): MetadataBlocks {
  return {
    ...(exif === undefined ? {} : { exif }),
    ...(xmp === undefined ? {} : { xmp }),
    ...(iptc === undefined ? {} : { iptc }),
  }
}
