/** Small pictures of random pixels in every shape, and their way through a whole run. */
import type { OperationInput } from '@fovea/core/model'
import { randomFrom } from '../../../../fixtures/random.ts'
import { fullOf, type Samples } from '../raster/pixels.ts'
import { sharp } from '../sharp/setup.ts'
import { outputOf, transform } from './request.ts'

export interface Sample {
  readonly data: Samples
  readonly width: number
  readonly height: number
  readonly channels: number
}

export const size = { width: 40, height: 30 }

/** Random pixels, from pale to strong, dark to bright. */
export function noise(channels: 1 | 3 | 4, depth: 8 | 16 = 8): Sample {
  const random = randomFrom(channels * 100 + depth)
  const length = size.width * size.height * channels
  const data = depth === 16 ? new Uint16Array(length) : new Uint8Array(length)
  const full = depth === 16 ? 65_535 : 255
  for (let at = 0; at < length; at++) data[at] = random() * full
  return { data, ...size, channels }
}

export async function through(sample: Sample, operations: readonly OperationInput[]): Promise<Sample> {
  const { data, width, height } = sample
  const channels = sample.channels as 1 | 3 | 4
  const drawn = sharp(data, { raw: { width, height, channels } })
  const isDeep = data instanceof Uint16Array
  const png = await drawn
    .toColourspace(isDeep ? 'rgb16' : channels === 1 ? 'b-w' : 'srgb')
    .png()
    .toBuffer()
  const made = await transform({ bytes: png }, operations, outputOf('png'))
  return pixelsOf(made.bytes, isDeep)
}

export async function pixelsOf(bytes: Uint8Array, isDeep: boolean): Promise<Sample> {
  const image = isDeep ? sharp(bytes).toColourspace('rgb16') : sharp(bytes).toColourspace('srgb')
  const { data, info } = await image
    .raw({ depth: isDeep ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true })
  const { width, height, channels } = info
  const values = isDeep ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2) : data
  return { data: values, width, height, channels }
}

/** Red, green, blue and alpha of a pixel in 0–1; grey and opaque filled in. */
export function pixelAt(
  { data, channels }: Sample,
  pixel: number,
): readonly [number, number, number, number] {
  const full = fullOf(data)
  const value = (channel: number) => (data[pixel * channels + channel] ?? 0) / full
  if (channels < 3) return [value(0), value(0), value(0), channels === 2 ? value(1) : 1]
  return [value(0), value(1), value(2), channels === 4 ? value(3) : 1]
}

export function inputs(): readonly (readonly [string, Sample])[] {
  return [
    ['RGB', noise(3)],
    ['RGBA', noise(4)],
    ['grey', noise(1)],
    ['16 bit', noise(3, 16)],
    ['16 bit with alpha', noise(4, 16)],
  ]
}
