/**
 * AVIF: AV1 in HEIF. Files whose pixels are HEVC have the same container and are told apart by their brands here
 * and, where brands lie, by the item's codec in `open.ts`.
 */
import type { ImageOutput } from '@fovea/core/model'
import type { Codec, EncodeContext } from './codec.ts'
import { brandsOf } from './iso-bmff.ts'

/** Longer sides and larger pictures are scaled down first: the encoder's memory grows with every pixel. */
export const maxAv1 = { pixels: 8_000_000, side: 4_000 } as const

/**
 * Effort on the request path. sharp's default 4 costs 16 times effort 1 for a tenth fewer bytes; above one megapixel
 * even effort 1 would hold a core for longer than a third of a second.
 */
const smallPixels = 1_000_000
/** From this quality on, halving the colour resolution is the visible loss: 4:4:4. */
const fullChromaQuality = 80

const majorBrandOffset = 8

export const avif: Codec = {
  format: 'avif',
  sniff: (head) => brandsOf(head).some((brand) => brand === 'avif' || brand === 'avis'),
  // libvips looks at the major brand only and does not know the one of image sequences.
  prepare: {
    isNeeded: (head) => brandsOf(head)[0] !== 'avif',
    apply: asAvif,
  },
  loaders: ['VipsForeignLoadHeif'],
  sharpFormat: 'heif',
  shrinksOnLoad: false,
  holds16Bit: false,
  holdsProfile: true,
  writesOrientation: true,
  encode: (pipeline, output, context) => pipeline.avif(av1Options(output, context)),
}

/** A copy that libvips takes for AVIF: it believes the major brand. */
export function asAvif(bytes: Uint8Array): Uint8Array {
  const copy = Buffer.from(bytes)
  copy.write('avif', majorBrandOffset, 'latin1')
  return copy
}

/** How AV1 pictures are written, in AVIF and in HEIF. */
export function av1Options(
  { quality = 50, lossless = false, chroma }: ImageOutput,
  { width, height }: EncodeContext,
): { quality: number; lossless: boolean; effort: number; chromaSubsampling: string } {
  return {
    quality,
    lossless,
    effort: width * height <= smallPixels ? 1 : 0,
    chromaSubsampling: lossless ? '4:4:4' : (chroma ?? (quality >= fullChromaQuality ? '4:4:4' : '4:2:0')),
  }
}
