/**
 * Resizes by picking pixels: output i is input ⌊(i + ½) · from / to⌋.
 *
 * libvips rounds the place within each of the tiles that the next step asks for, so an edge between two pixels may lie
 * a pixel further in one part of the picture than in another.
 */
import { type Pixels, samples } from './pixels.ts'

export function pickNearest(pixels: Pixels, width: number, height: number): Pixels {
  const { data, channels } = pixels
  const made = samples(data, width * height * channels)
  const columns = placesOf(pixels.width, width)
  const rows = placesOf(pixels.height, height)
  for (let y = 0, to = 0; y < height; y++) {
    const row = (rows[y] ?? 0) * pixels.width
    for (let x = 0; x < width; x++) {
      const from = (row + (columns[x] ?? 0)) * channels
      for (let channel = 0; channel < channels; channel++) made[to++] = data[from + channel] ?? 0
    }
  }
  return { data: made, width, height, channels }
}

function placesOf(from: number, to: number): Int32Array {
  return Int32Array.from({ length: to }, (_, index) => Math.floor(((index + 0.5) * from) / to))
}
