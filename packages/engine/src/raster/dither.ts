/** Ordered dithering: greys as a fine pattern of black and white. Works on the sRGB values; alpha stays. */
import type { Step } from '@fovea/core/model'
import { fullOf, type Pixels, samples } from './pixels.ts'

/** The threshold runs through 64 even values around `value` in each 8×8 block, each colour alike. */
export function dither(pixels: Pixels, { value }: Extract<Step, { step: 'dither' }>): Pixels {
  const { data, width, height, channels } = pixels
  const full = fullOf(data)
  const made = samples(data, data.length)
  const colours = Math.min(3, channels)
  // 128 is the middle: there a plain grey turns white on its share of the places.
  const offset = (value - 128) / 255
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += channels) {
      const least = ((rankAt(x, y) + 0.5) / 64 + offset) * full
      for (let channel = 0; channel < colours; channel++) {
        made[at + channel] = (data[at + channel] ?? 0) >= least ? full : 0
      }
      if (channels === 4) made[at + 3] = data[at + 3] ?? 0
    }
  }
  return { ...pixels, data: made }
}

/** Rank 0–63 of a place in Bayer's 8×8 matrix: the bits of x ⊕ y and y, interleaved from the last one on. */
function rankAt(x: number, y: number): number {
  let rank = 0
  for (let bit = 0; bit < 3; bit++) {
    rank = (rank << 2) | ((((x ^ y) >> bit) & 1) << 1) | ((y >> bit) & 1)
  }
  return rank
}
