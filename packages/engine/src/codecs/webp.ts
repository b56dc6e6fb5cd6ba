/** WebP, still and animated. Effort 2 costs half of sharp's default 4 for about 3 % more bytes (CODECS §2.1). */
import { animationOptions, type Codec, startsWithText } from './codec.ts'

const effort = 2

export const webp: Codec = {
  format: 'webp',
  sniff: (head) => startsWithText(head, 'RIFF') && startsWithText(head, 'WEBP', 8),
  loaders: ['VipsForeignLoadWebp'],
  sharpFormat: 'webp',
  shrinksOnLoad: true,
  holds16Bit: false,
  encode: (pipeline, { quality = 80, lossless = false }, { animation }) =>
    pipeline.webp({ quality, lossless, effort, ...animationOptions(animation) }),
}
