/** A box of a picture taken out and put back. */
import type { Box } from '@fovea/core/model'
import { copyOf, type Pixels, samples } from './pixels.ts'

/** A copy of the pixels in the box, which lies inside. */
export function boxOf(pixels: Pixels, { left, top, width, height }: Box): Pixels {
  const { data, channels } = pixels
  const cut = samples(data, width * height * channels)
  for (let row = 0; row < height; row++) {
    const from = ((top + row) * pixels.width + left) * channels
    cut.set(data.subarray(from, from + width * channels), row * width * channels)
  }
  return { data: cut, width, height, channels }
}

/** A copy of `pixels` with `part` at its place; both have the same channels and depth. */
export function pasted(pixels: Pixels, part: Pixels, { left, top }: Pick<Box, 'left' | 'top'>): Pixels {
  const { channels } = pixels
  if (part.channels !== channels) throw new TypeError('a part of a picture came back in another shape')
  const data = copyOf(pixels.data)
  const stride = part.width * channels
  for (let row = 0; row < part.height; row++) {
    data.set(
      part.data.subarray(row * stride, (row + 1) * stride),
      ((top + row) * pixels.width + left) * channels,
    )
  }
  return { ...pixels, data }
}
