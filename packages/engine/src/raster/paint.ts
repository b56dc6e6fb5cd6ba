/**
 * Colours beside and under a picture, at its full depth: sharp brings a colour to 16 bit by 256 instead of 257, so its
 * white is a little grey and its opaque lets something through.
 */
import type { Rgba, Step } from '@fovea/core/model'
import { fullOf, type Pixels, samples, withChannels } from './pixels.ts'

/** Adds a border of a colour. */
export function extend(pixels: Pixels, step: Extract<Step, { step: 'extend' }>): Pixels {
  const { top, right, bottom, left, background } = step
  const ready = roomFor(pixels, background)
  const { data, channels } = ready
  const width = ready.width + left + right
  const height = ready.height + top + bottom
  const made = samples(data, width * height * channels)
  const values = valuesOf(background, fullOf(data))
  for (let at = 0; at < made.length; at++) made[at] = values[at % channels] ?? 0
  const row = ready.width * channels
  for (let y = 0; y < ready.height; y++) {
    made.set(data.subarray(y * row, (y + 1) * row), ((y + top) * width + left) * channels)
  }
  return { data: made, width, height, channels }
}

/** Lays the picture on a colour and drops its alpha. */
export function flatten(pixels: Pixels, { background }: Extract<Step, { step: 'flatten' }>): Pixels {
  const { data, channels } = pixels
  if (channels !== 4) return pixels
  const full = fullOf(data)
  const values = valuesOf(background, full)
  const made = samples(data, (data.length / 4) * 3)
  for (let from = 0, to = 0; from < data.length; from += 4, to += 3) {
    const alpha = (data[from + 3] ?? 0) / full
    for (let channel = 0; channel < 3; channel++) {
      const value = alpha * (data[from + channel] ?? 0) + (1 - alpha) * (values[channel] ?? 0)
      made[to + channel] = Math.floor(value + 0.5)
    }
  }
  return { ...pixels, data: made, channels: 3 }
}

/** The channels that the colour needs; grey stays grey beside an opaque grey. */
function roomFor(pixels: Pixels, { r, g, b, alpha }: Rgba): Pixels {
  if (alpha < 1) return withChannels(pixels, 4)
  return r === g && g === b ? pixels : withChannels(pixels, 3)
}

function valuesOf({ r, g, b, alpha }: Rgba, full: number): readonly number[] {
  return [(r * full) / 255, (g * full) / 255, (b * full) / 255, alpha * full].map((value) =>
    Math.floor(value + 0.5),
  )
}
