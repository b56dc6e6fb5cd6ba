/**
 * Lays a picture over another: any place, blend mode, opacity and repetition.
 *
 * Done here and not by sharp, whose composite works on the whole picture where this touches what the layer covers,
 * knows 8 bit only, counts a layer's alpha twice in blend modes, and has neither hue nor luminosity.
 * Source: W3C Compositing and Blending Level 1 §5.1 (source-over) and §9 (blending), straight alpha in and out.
 */
import type { BlendMode } from '@fovea/core/model'
import { mixerOf } from './blend-modes.ts'
import { copyOf, fullOf, type Pixels, type Samples, samples, withChannels } from './pixels.ts'

export interface Placement {
  /** Where the layer's top left pixel lies; what is outside is not drawn. Whole numbers. */
  readonly left: number
  readonly top: number
  readonly mode: BlendMode
  /** 0–1. */
  readonly opacity: number
  /** From one copy to the next, px, at least the layer's size: copies in all directions. One copy when absent. */
  readonly every?: { readonly x: number; readonly y: number } | undefined
}

/**
 * The base with the layer over it; neither is changed. The depth is the base's, and so are the channels, but that a
 * grey base gets three when the layer has colour.
 */
export function composite(base: Pixels, layer: Pixels, placement: Placement): Pixels {
  const made = canvasOf(base, base.channels === 1 && hasColour(layer))
  const top = { ...withChannels(layer, 4), data: inDepthOf(withChannels(layer, 4).data, base.data) }
  const { width, height } = layer
  for (const y of starts(placement.top, height, made.height, placement.every?.y)) {
    for (const x of starts(placement.left, width, made.width, placement.every?.x)) {
      blendInto(made, top, { ...placement, left: x, top: y })
    }
  }
  return made
}

/** A copy to draw on; with three channels at least when it must hold colours. */
export function canvasOf(base: Pixels, needsColour: boolean): Pixels {
  const ready = needsColour ? withChannels(base, 3) : base
  return ready === base ? { ...base, data: copyOf(base.data) } : ready
}

/** Places of the copies along one side that touch 0–`side`. */
function starts(first: number, length: number, side: number, every: number | undefined): readonly number[] {
  if (every === undefined) return [first]
  const places: number[] = []
  const offset = ((first % every) + every) % every
  for (let at = offset - every; at < side; at += every) if (at + length > 0) places.push(at)
  return places
}

/** Draws one copy of a layer of four channels and the base's depth; changes the base. */
export function blendInto(base: Pixels, layer: Pixels, placement: Placement): void {
  const { left, top: above, mode, opacity } = placement
  const { data, channels } = base
  const { data: top } = layer
  const full = fullOf(data)
  const mix = mode === 'normal' ? undefined : mixerOf(mode, full)
  const out = new Float64Array(3)
  const [green, blue] = channels === 1 ? [0, 0] : [1, 2]
  const fromX = Math.max(0, left)
  const untilX = Math.min(base.width, left + layer.width)
  const untilY = Math.min(base.height, above + layer.height)
  for (let y = Math.max(0, above); y < untilY; y++) {
    let at = (y * base.width + fromX) * channels
    let from = ((y - above) * layer.width + fromX - left) * 4
    for (let x = fromX; x < untilX; x++, at += channels, from += 4) {
      const alpha = ((top[from + 3] ?? 0) * opacity) / full
      if (alpha === 0) continue
      const below = channels === 4 ? (data[at + 3] ?? 0) / full : 1
      // Scalars, not arrays: the engine's innermost loop on large layers.
      const rb = data[at] ?? 0
      const gb = data[at + green] ?? 0
      const bb = data[at + blue] ?? 0
      const rs = top[from] ?? 0
      const gs = top[from + 1] ?? 0
      const bs = top[from + 2] ?? 0
      let r = rs
      let g = gs
      let b = bs
      if (mix !== undefined && below > 0) {
        mix(rb, gb, bb, rs, gs, bs, out)
        r += below * ((out[0] ?? 0) - rs)
        g += below * ((out[1] ?? 0) - gs)
        b += below * ((out[2] ?? 0) - bs)
      }
      const whole = alpha + below - alpha * below
      const share = alpha / whole
      data[at] = rb + (r - rb) * share + 0.5
      if (channels > 1) {
        data[at + 1] = gb + (g - gb) * share + 0.5
        data[at + 2] = bb + (b - bb) * share + 0.5
      }
      if (channels === 4) data[at + 3] = whole * full + 0.5
    }
  }
}

/** Whether a pixel that shows is not grey. */
function hasColour({ data, channels }: Pixels): boolean {
  if (channels === 1) return false
  for (let at = 0; at < data.length; at += channels) {
    const isSeen = channels === 3 || data[at + 3] !== 0
    if (isSeen && (data[at] !== data[at + 1] || data[at] !== data[at + 2])) return true
  }
  return false
}

/** The values on the scale of `like`: 65 535 is 257 × 255. */
function inDepthOf(data: Samples, like: Samples): Samples {
  const factor = fullOf(like) / fullOf(data)
  if (factor === 1) return data
  const made = samples(like, data.length)
  for (let at = 0; at < data.length; at++) made[at] = (data[at] ?? 0) * factor + (factor < 1 ? 0.5 : 0)
  return made
}
