/**
 * Whether a picture was drawn (screens, logos, line art) or taken: drawings are flat and want a lossless format.
 *
 * In a drawing most neighbours are equal and the others differ by much; a photo is noise and soft gradients, and so
 * is a drawing that went through a lossy format. Looks at one row in a few of the first frame: a few milliseconds.
 * The bounds part screenshots, logos and their shrunken copies (≥ 0.81 equal, ≤ 0.67 of the rest soft) from photos,
 * dark ones, scans and grey pictures (≤ 0.7 equal, or ≥ 0.9 soft).
 */
import type { Raster } from '../image.ts'

const leastEqual = 0.78
const mostSoft = 0.78
/** A difference up to this, in 8 bit, is soft. */
const softStep = 8
/** More colours than a drawing has, also one with smoothed edges. */
const mostColours = 8_192
/** Pixels that are looked at; beyond, rows are left out. */
const lookedAt = 1_000_000

export function isFlat(raster: Raster): boolean {
  const { data, width, height, channels } = raster
  const shift = data instanceof Uint16Array ? 8 : 0
  const stride = Math.max(1, Math.ceil((width * height) / lookedAt))
  const colours = new Set<number>()
  let equal = 0
  let soft = 0
  let all = 0
  for (let y = 0; y < height; y += stride) {
    const end = (y + 1) * width * channels
    for (let at = y * width * channels + channels; at < end; at += channels) {
      let difference = 0
      let colour = 0
      for (let channel = 0; channel < channels; channel++) {
        const value = (data[at + channel] ?? 0) >> shift
        difference = Math.max(difference, Math.abs(value - ((data[at + channel - channels] ?? 0) >> shift)))
        colour = (colour << 8) | value
      }
      all++
      if (difference === 0) equal++
      else {
        if (difference <= softStep) soft++
        if (colours.size <= mostColours) colours.add(colour)
      }
    }
  }
  if (all === 0) return true
  return equal >= leastEqual * all && soft <= mostSoft * (all - equal) && colours.size <= mostColours
}

/** Whether any pixel of any frame can be seen through. */
export function isTransparent({ data, channels }: Raster): boolean {
  if (channels !== 4) return false
  const full = data instanceof Uint16Array ? 65_535 : 255
  for (let at = 3; at < data.length; at += 4) if (data[at] !== full) return true
  return false
}
