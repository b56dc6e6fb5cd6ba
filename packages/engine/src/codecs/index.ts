/** The registry of formats we read: one line each. Order is the order of sniffing; TGA, which has no magic number, is last. */
import type { Format } from '@fovea/core/model'
import { avif } from './avif.ts'
import { bmp } from './bmp.ts'
import type { Codec } from './codec.ts'
import { exr } from './exr.ts'
import { gif } from './gif.ts'
import { hdr } from './hdr.ts'
import { heif } from './heif.ts'
import { ico } from './ico.ts'
import { jp2 } from './jp2.ts'
import { jpeg } from './jpeg.ts'
import { jxl } from './jxl.ts'
import { pdf } from './pdf.ts'
import { png } from './png.ts'
import { pnm } from './pnm.ts'
import { qoi } from './qoi.ts'
import { svg } from './svg.ts'
import { tga } from './tga.ts'
import { tiff } from './tiff.ts'
import { webp } from './webp.ts'

export const codecs: readonly Codec[] = [
  jpeg,
  png,
  webp,
  avif,
  gif,
  tiff,
  heif,
  jxl,
  jp2,
  bmp,
  ico,
  qoi,
  hdr,
  exr,
  pnm,
  pdf,
  svg,
  tga,
]

const byFormat: ReadonlyMap<Format, Codec> = new Map(codecs.map((codec) => [codec.format, codec]))

/** The codec whose magic bytes open the file. */
export function sniffCodec(head: Uint8Array): Codec | undefined {
  return codecs.find((codec) => codec.sniff(head))
}

/** @throws RangeError for a format that has no codec here: callers check `formats[x].decode` or `.encode` first */
export function codecOf(format: Format): Codec {
  const codec = byFormat.get(format)
  if (codec === undefined) throw new RangeError(`No codec for ${format}`)
  return codec
}

export type { Animation } from './animation.ts'
export { maxAv1 } from './avif.ts'
export { type Codec, type EncodeContext, headBytes } from './codec.ts'
export { nameForeign } from './foreign.ts'
export { type Decoder, decoding, type PixelHeader, type Pixels } from './pixels.ts'
export { wrapInTiff } from './tiff-wrapping.ts'
