/** Steps that look at all colours of one pixel. */
import type { Step } from '@fovea/core/model'
import { labOf, rgbOf } from './lab.ts'
import { fullOf, type Pixels, samples, withChannels } from './pixels.ts'

/** New red, green and blue as weighted sums; alpha stays. */
export function recomb(pixels: Pixels, { matrix }: Extract<Step, { step: 'recomb' }>): Pixels {
  const [[rr, rg, rb], [gr, gg, gb], [br, bg, bb]] = matrix
  const ready = withChannels(pixels, 3)
  const { data, channels } = ready
  const full = fullOf(data)
  const made = samples(data, data.length)
  // Written out: a call for each pixel costs more than the sums.
  for (let at = 0; at < data.length; at += channels) {
    const r = data[at] ?? 0
    const g = data[at + 1] ?? 0
    const b = data[at + 2] ?? 0
    const red = rr * r + rg * g + rb * b
    const green = gr * r + gg * g + gb * b
    const blue = br * r + bg * g + bb * b
    made[at] = red <= 0 ? 0 : red >= full ? full : (red + 0.5) | 0
    made[at + 1] = green <= 0 ? 0 : green >= full ? full : (green + 0.5) | 0
    made[at + 2] = blue <= 0 ? 0 : blue >= full ? full : (blue + 0.5) | 0
    if (channels === 4) made[at + 3] = data[at + 3] ?? 0
  }
  return { ...ready, data: made }
}

/**
 * Moves each colour away from its grey (Rec. 709 weights of the sRGB values) by `amount` times what it lacks in
 * saturation (HSV); a negative amount moves it towards the grey by as much.
 */
export function vibrance(pixels: Pixels, { amount }: Extract<Step, { step: 'vibrance' }>): Pixels {
  if (pixels.channels === 1) return pixels
  return mapColours(pixels, (r, g, b, out) => {
    const high = Math.max(r, g, b)
    const saturation = high === 0 ? 0 : (high - Math.min(r, g, b)) / high
    const grey = 0.2126 * r + 0.7152 * g + 0.0722 * b
    const factor = 1 + amount * (1 - saturation)
    out[0] = grey + (r - grey) * factor
    out[1] = grey + (g - grey) * factor
    out[2] = grey + (b - grey) * factor
  })
}

/**
 * Lays grey out along a colour: L of LAB stays; a and b are the colour's, weighted 1 in the middle of the scale and
 * 0 at its ends, so that black and white stay. The picture is grey already: red is what counts.
 */
export function tint(pixels: Pixels, { color }: Extract<Step, { step: 'tint' }>): Pixels {
  const ready = withChannels(pixels, 3)
  const { data, channels } = ready
  const full = fullOf(data)
  const [, a, b] = labOf([color.r / 255, color.g / 255, color.b / 255])
  const table = samples(data, (full + 1) * 3)
  for (let value = 0; value <= full; value++) {
    const grey = value / full
    const [l] = labOf([grey, grey, grey])
    const weight = 1 - 4 * (l / 100 - 0.5) ** 2
    for (const [channel, tinted] of rgbOf([l, a * weight, b * weight]).entries()) {
      table[value * 3 + channel] = Math.floor(clamp(tinted * full, full) + 0.5)
    }
  }
  const made = samples(data, data.length)
  for (let at = 0; at < data.length; at += channels) {
    const entry = (data[at] ?? 0) * 3
    made[at] = table[entry] ?? 0
    made[at + 1] = table[entry + 1] ?? 0
    made[at + 2] = table[entry + 2] ?? 0
    if (channels === 4) made[at + 3] = data[at + 3] ?? 0
  }
  return { ...ready, data: made }
}

function mapColours(
  pixels: Pixels,
  map: (r: number, g: number, b: number, out: Float64Array) => void,
): Pixels {
  const ready = withChannels(pixels, 3)
  const { data, channels } = ready
  const full = fullOf(data)
  const made = samples(data, data.length)
  const out = new Float64Array(3)
  for (let at = 0; at < data.length; at += channels) {
    map(data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0, out)
    made[at] = clamp(out[0] ?? 0, full) + 0.5
    made[at + 1] = clamp(out[1] ?? 0, full) + 0.5
    made[at + 2] = clamp(out[2] ?? 0, full) + 0.5
    if (channels === 4) made[at + 3] = data[at + 3] ?? 0
  }
  return { ...ready, data: made }
}

function clamp(value: number, high: number): number {
  return Math.min(high, Math.max(0, value))
}
