/**
 * Luminance as a grey value, at full depth: sharp's greyscale goes through 8 bit.
 *
 * Weights are those of Rec. 709 in linear light, as libvips has them.
 */
import { fromLinear, toLinear } from '@fovea/core/model'
import { fullOf, type Pixels, samples } from './pixels.ts'

/** One channel; with alpha, three equal ones beside it. */
export function greyscale(pixels: Pixels): Pixels {
  const { data, channels } = pixels
  if (channels === 1) return pixels
  const light = lightTable(fullOf(data))
  const full = fullOf(data)
  const stride = channels === 4 ? 4 : 1
  const made = samples(data, (data.length / channels) * stride)
  for (let from = 0, to = 0; from < data.length; from += channels, to += stride) {
    const r = light[data[from] ?? 0] ?? 0
    const g = light[data[from + 1] ?? 0] ?? 0
    const b = light[data[from + 2] ?? 0] ?? 0
    const grey = Math.min(full, fromLinear(0.2126 * r + 0.7152 * g + 0.0722 * b) * full) + 0.5
    made[to] = grey
    if (channels === 4) {
      made[to + 1] = grey
      made[to + 2] = grey
      made[to + 3] = data[from + 3] ?? 0
    }
  }
  return { ...pixels, data: made, channels: channels === 4 ? 4 : 1 }
}

function lightTable(full: number): Float64Array {
  return Float64Array.from({ length: full + 1 }, (_, value) => toLinear(value / full))
}
