/**
 * A stand-in of at most 20 px as a `data:` URI of at most 1 024 characters, for the `src` or the background of an
 * element while the picture loads: WebP, JPEG or AVIF, whichever is shortest.
 */
import type { Sharp } from 'sharp'
import { running } from '../sharp/errors.ts'
import { sharp } from '../sharp/setup.ts'
import { fitted, isOpaque, type Sample } from './sample.ts'

const maxSide = 20
const maxLength = 1_024
/** Tried from the best down until the stand-in is short enough; it is blurred by being enlarged anyway. */
const qualities = [60, 40, 20, 1]

export async function lqip(sample: Sample): Promise<string> {
  const small = fitted(sample, maxSide)
  const hasAlpha = !isOpaque({ data: small.rgba, channels: 4 })
  const { rgba, width, height } = small
  const picture = sharp(rgba, { raw: { width, height, channels: 4 } })
  const pixels = hasAlpha ? picture : picture.removeAlpha()
  let shortest = ''
  for (const quality of qualities) {
    const encoded = await Promise.all(encoders(pixels, quality, hasAlpha).map(dataUri))
    shortest = encoded.reduce((one, other) => (other.length < one.length ? other : one))
    if (shortest.length <= maxLength) break
  }
  return shortest
}

function encoders(pixels: Sharp, quality: number, hasAlpha: boolean): readonly (readonly [string, Sharp])[] {
  return [
    ['webp', pixels.clone().webp({ quality, alphaQuality: quality, effort: 6 })],
    ['avif', pixels.clone().avif({ quality, effort: 4 })],
    ...(hasAlpha ? [] : ([['jpeg', pixels.clone().jpeg({ quality, mozjpeg: true })]] as const)),
  ]
}

async function dataUri([format, pipeline]: readonly [string, Sharp]): Promise<string> {
  const bytes = await running(pipeline.toBuffer(), 'raster')
  return `data:image/${format};base64,${bytes.toString('base64')}`
}
