/** Colours by brightness: each grey becomes the colour at its place along a row of colours. */
import type { Rgba, Step } from '@fovea/core/model'
import { greyscale } from './greyscale.ts'
import { fullOf, type Pixels, type Samples, samples, withChannels } from './pixels.ts'

/** Grey is luminance (see greyscale.ts); `amount` of the new colour is mixed into the old one. Alpha stays. */
export function shades(pixels: Pixels, { colors, amount }: Extract<Step, { step: 'shades' }>): Pixels {
  const ready = withChannels(pixels, 3)
  const { data, channels } = ready
  const grey = greyscale(pixels)
  const table = tableOf(data, colors)
  const made = samples(data, data.length)
  for (let at = 0, from = 0; at < data.length; at += channels, from += grey.channels) {
    const entry = (grey.data[from] ?? 0) * 3
    for (let channel = 0; channel < 3; channel++) {
      const old = data[at + channel] ?? 0
      made[at + channel] = old + ((table[entry + channel] ?? 0) - old) * amount + 0.5
    }
    if (channels === 4) made[at + 3] = data[at + 3] ?? 0
  }
  return { ...ready, data: made }
}

/** Red, green and blue (not rounded) of every grey value. */
function tableOf(like: Samples, colors: readonly Rgba[]): Float32Array {
  const full = fullOf(like)
  const table = new Float32Array((full + 1) * 3)
  const sections = colors.length - 1
  for (let value = 0; value <= full; value++) {
    const place = (value / full) * sections
    const section = Math.min(sections - 1, Math.floor(place))
    const [from, to] = [colors[section], colors[section + 1]]
    for (const [channel, name] of (['r', 'g', 'b'] as const).entries()) {
      const [low, high] = [from?.[name] ?? 0, to?.[name] ?? 0]
      table[value * 3 + channel] = ((low + (high - low) * (place - section)) * full) / 255
    }
  }
  return table
}
