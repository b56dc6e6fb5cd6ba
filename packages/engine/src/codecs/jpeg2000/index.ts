/** JPEG 2000 files to pixels and back. */
import { type ImageOutput, problem } from '@fovea/core/model'
import type { PixelHeader, Pixels } from '../pixels.ts'
import { readJp2, wrapInJp2 } from './boxes.ts'
import { headerOf, layoutOf, pixelsFrom } from './channels.ts'
import { readSize } from './codestream.ts'
import { decodePlanes } from './decode.ts'
import { encodeCodestream } from './encode.ts'
import { decodeFast, isPlain } from './openjpeg.ts'

/** Samples of all components, which are held as 32-bit numbers: 33 megapixels of RGB. */
const maxSamples = 100_000_000
const [bestRatio, span] = [4, 50]
const defaultQuality = 80

export function header(bytes: Uint8Array): PixelHeader {
  const file = readJp2(bytes)
  const found = headerOf(file, layoutOf(file))
  const { components } = readSize(file.codestream)
  const samples = found.width * found.height * components.length
  if (samples > maxSamples) {
    const most = Math.floor(maxSamples / components.length)
    throw problem('source/too-many-pixels', {
      detail: `The JPEG 2000 is ${found.width}×${found.height} px; at most ${most} pixels are decoded.`,
      members: { limitPixels: most, actualPixels: found.width * found.height },
    })
  }
  return found
}

export async function decode(bytes: Uint8Array): Promise<Pixels> {
  const file = readJp2(bytes)
  const { codestream } = file
  const planes = isPlain(readSize(codestream)) ? await decodeFast(codestream) : decodePlanes(codestream)
  return pixelsFrom(file, layoutOf(file), planes)
}

/**
 * Quality is a share of the raw size, because the encoder offers nothing else: 100 is a quarter, 80 a ninth, 50 a
 * 28th, 1 a 200th.
 */
export async function encodePixels(
  pixels: Pixels,
  { quality = defaultQuality, lossless = false }: ImageOutput,
  exif: Uint8Array | undefined,
): Promise<Uint8Array> {
  const ratio = bestRatio * span ** ((100 - quality) / 99)
  const codestream = await encodeCodestream(pixels, { isLossless: lossless, ratio })
  return wrapInJp2(codestream, { ...pixels, exif })
}
