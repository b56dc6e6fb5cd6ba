/** Photos of the shared corpus as samples, for tests of what is found in pixels. */
import { fileURLToPath } from 'node:url'
import { type Sample, sampleOf } from '../analysis/sample.ts'
import type { Pixels } from '../raster/pixels.ts'
import { sharp } from '../sharp/setup.ts'

const photos = fileURLToPath(new URL('../../../../../shared/images/dev/photos/', import.meta.url))

/** Upright sRGB, at most 256 px a side. */
export async function photoSample(name: string): Promise<Sample> {
  const { data, info } = await sharp(photos + name)
    .autoOrient()
    .resize(256, 256, { fit: 'inside' })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  return sampleOf({
    data,
    width: info.width,
    height: info.height,
    channels: info.channels as Pixels['channels'],
  })
}
