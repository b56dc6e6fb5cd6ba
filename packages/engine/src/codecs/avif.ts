/**
 * AVIF: AV1 in HEIF. Files whose pixels are HEVC have the same container and are told apart by their brands here
 * and, where brands lie, by the item's codec in `open.ts`.
 */
import type { Codec } from './codec.ts'
import { brandsOf } from './iso-bmff.ts'

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
    apply: (bytes) => {
      const copy = Buffer.from(bytes)
      copy.write('avif', majorBrandOffset, 'latin1')
      return copy
    },
  },
  loaders: ['VipsForeignLoadHeif'],
  sharpFormat: 'heif',
  shrinksOnLoad: false,
  holds16Bit: false,
  writesOrientation: true,
  encode: (pipeline, { quality = 50, lossless = false }, { width, height }) =>
    pipeline.avif({
      quality,
      lossless,
      effort: width * height <= smallPixels ? 1 : 0,
      chromaSubsampling: lossless || quality >= fullChromaQuality ? '4:4:4' : '4:2:0',
    }),
}
