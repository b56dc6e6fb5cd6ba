/** OpenEXR, tone-mapped to sRGB: see `openexr/`. */
import { onDemand } from '../on-demand.ts'
import { type Codec, startsWith } from './codec.ts'
import { decodedBy } from './pixels.ts'

export const exr: Codec = {
  format: 'exr',
  sniff: (head) => startsWith(head, [0x76, 0x2f, 0x31, 0x01]),
  decoder: decodedBy(onDemand(() => import('./openexr/index.ts'))),
  loaders: [],
  sharpFormat: 'tiff',
  shrinksOnLoad: false,
  holds16Bit: false,
}
