/** JPEG 2000: JP2 files and bare codestreams in, JP2 out. */
import { onDemand } from '../on-demand.ts'
import { type Codec, startsWith, startsWithText } from './codec.ts'
import { decodedBy } from './pixels.ts'

const jpeg2000 = onDemand(() => import('./jpeg2000/index.ts'))

export const jp2: Codec = {
  format: 'jp2',
  sniff: (head) =>
    startsWith(head, [0xff, 0x4f, 0xff, 0x51]) ||
    (startsWithText(head, 'jP  ', 4) && startsWith(head, [0x0d, 0x0a, 0x87, 0x0a], 8)),
  decoder: decodedBy(jpeg2000),
  loaders: [],
  sharpFormat: 'tiff',
  shrinksOnLoad: false,
  holds16Bit: true,
  holdsGrey: true,
  encodePixels: async (...wanted) => (await jpeg2000()).encodePixels(...wanted),
}
