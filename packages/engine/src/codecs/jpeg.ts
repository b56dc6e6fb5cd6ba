/** JPEG, baseline and progressive. Written by libjpeg's fast path; mozjpeg's trellis is for background work. */
import { type Codec, startsWith } from './codec.ts'

/** From this quality on, halving the colour resolution is the visible loss: 4:4:4. */
const fullChromaQuality = 90
/** Up to here Huffman tables are fitted to the picture; that holds six bytes a pixel in memory for a few per cent. */
const maxFittedPixels = 16_000_000

export const jpeg: Codec = {
  format: 'jpeg',
  sniff: (head) => startsWith(head, [0xff, 0xd8, 0xff]),
  loaders: ['VipsForeignLoadJpeg', 'VipsForeignLoadUhdr'],
  sharpFormat: 'jpeg',
  shrinksOnLoad: true,
  holds16Bit: false,
  holdsProfile: true,
  holdsGrey: true,
  encode: (pipeline, { quality = 80, progressive = false, chroma }, { width, height }) =>
    pipeline.jpeg({
      quality,
      progressive,
      optimiseCoding: width * height <= maxFittedPixels,
      chromaSubsampling: chroma ?? (quality >= fullChromaQuality ? '4:4:4' : '4:2:0'),
    }),
}
