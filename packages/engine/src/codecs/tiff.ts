/** TIFF and BigTIFF, first page; written with LZW, which every reader knows and which costs half of deflate. */
import { type Codec, startsWith } from './codec.ts'

const [little, big] = [
  [0x49, 0x49],
  [0x4d, 0x4d],
]

export const tiff: Codec = {
  format: 'tiff',
  sniff: (head) =>
    startsWith(head, [...little, 42, 0]) ||
    startsWith(head, [...big, 0, 42]) ||
    startsWith(head, [...little, 43, 0]) ||
    startsWith(head, [...big, 0, 43]),
  loaders: ['VipsForeignLoadTiff'],
  sharpFormat: 'tiff',
  shrinksOnLoad: false,
  holds16Bit: true,
  holdsProfile: true,
  holdsGrey: true,
  writesOrientation: true,
  encode: (pipeline) => pipeline.tiff({ compression: 'lzw' }),
}
