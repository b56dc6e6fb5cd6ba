/**
 * The blend functions B(Cb, Cs) of W3C Compositing and Blending Level 1 §9: what two colours make where both are
 * opaque. Alpha is `blend.ts`'s business.
 */
import type { BlendMode } from '@fovea/core/model'

/** Mixes the colour (b) below with a layer's (s) into `out`; all in 0–`full`. */
export type Mixer = (
  ...colours: readonly [
    rb: number,
    gb: number,
    bb: number,
    rs: number,
    gs: number,
    bs: number,
    out: Float64Array,
  ]
) => void

/** One channel of both, in 0–1. */
type Channel = (b: number, s: number) => number

/** §9.1: modes that look at each channel on its own. */
const separable: Readonly<Partial<Record<BlendMode, Channel>>> = {
  multiply: (b, s) => b * s,
  screen: (b, s) => b + s - b * s,
  overlay: (b, s) => hardLight(s, b),
  darken: (b, s) => Math.min(b, s),
  lighten: (b, s) => Math.max(b, s),
  'color-dodge': (b, s) => (b === 0 ? 0 : s === 1 ? 1 : Math.min(1, b / (1 - s))),
  'color-burn': (b, s) => (b === 1 ? 1 : s === 0 ? 0 : 1 - Math.min(1, (1 - b) / s)),
  'hard-light': hardLight,
  'soft-light': (b, s) =>
    s <= 0.5 ? b - (1 - 2 * s) * b * (1 - b) : b + (2 * s - 1) * (softenedBackdrop(b) - b),
  difference: (b, s) => Math.abs(b - s),
  exclusion: (b, s) => b + s - 2 * b * s,
}

function hardLight(b: number, s: number): number {
  return s <= 0.5 ? b * 2 * s : b + (2 * s - 1) - b * (2 * s - 1)
}

function softenedBackdrop(b: number): number {
  return b <= 0.25 ? ((16 * b - 12) * b + 4) * b : Math.sqrt(b)
}

/** §9.2: modes that look at the colour as a whole. Kept in `out`, which each function changes. */
const nonSeparable: Readonly<Partial<Record<BlendMode, Mixer>>> = {
  hue: (rb, gb, bb, rs, gs, bs, out) => {
    set(out, rs, gs, bs)
    setSaturation(out, saturation(rb, gb, bb))
    setLuminosity(out, luminosity(rb, gb, bb))
  },
  saturation: (rb, gb, bb, rs, gs, bs, out) => {
    set(out, rb, gb, bb)
    setSaturation(out, saturation(rs, gs, bs))
    setLuminosity(out, luminosity(rb, gb, bb))
  },
  color: (rb, gb, bb, rs, gs, bs, out) => {
    set(out, rs, gs, bs)
    setLuminosity(out, luminosity(rb, gb, bb))
  },
  luminosity: (rb, gb, bb, rs, gs, bs, out) => {
    set(out, rb, gb, bb)
    setLuminosity(out, luminosity(rs, gs, bs))
  },
}

/** What a mode makes of two opaque colours whose channels lie in 0–`full` (255 or 65 535). */
export function mixerOf(mode: BlendMode, full: number): Mixer {
  const channel = separable[mode]
  if (channel !== undefined) return full === 255 ? tabulated(tableOf(mode, channel)) : computed(channel, full)
  const whole = nonSeparable[mode]
  if (whole === undefined) return (_r, _g, _b, rs, gs, bs, out) => set(out, rs, gs, bs)
  return (rb, gb, bb, rs, gs, bs, out) => {
    // The formulas clip at 1.
    whole(rb / full, gb / full, bb / full, rs / full, gs / full, bs / full, out)
    set(out, (out[0] ?? 0) * full, (out[1] ?? 0) * full, (out[2] ?? 0) * full)
  }
}

function computed(channel: Channel, full: number): Mixer {
  return (rb, gb, bb, rs, gs, bs, out) => {
    out[0] = channel(rb / full, rs / full) * full
    out[1] = channel(gb / full, gs / full) * full
    out[2] = channel(bb / full, bs / full) * full
  }
}

function tabulated(table: Float32Array): Mixer {
  return (rb, gb, bb, rs, gs, bs, out) => {
    out[0] = table[(rb << 8) | rs] ?? 0
    out[1] = table[(gb << 8) | gs] ?? 0
    out[2] = table[(bb << 8) | bs] ?? 0
  }
}

/** Every pair of 8-bit values, 256 kB a mode: made when the mode is first used. */
const tables = new Map<BlendMode, Float32Array>()

function tableOf(mode: BlendMode, channel: Channel): Float32Array {
  const known = tables.get(mode)
  if (known !== undefined) return known
  const table = Float32Array.from(
    { length: 65_536 },
    (_, at) => channel((at >> 8) / 255, (at & 255) / 255) * 255,
  )
  tables.set(mode, table)
  return table
}

function luminosity(r: number, g: number, b: number): number {
  return 0.3 * r + 0.59 * g + 0.11 * b
}

function saturation(r: number, g: number, b: number): number {
  return Math.max(r, g, b) - Math.min(r, g, b)
}

function set(out: Float64Array, r: number, g: number, b: number): void {
  out[0] = r
  out[1] = g
  out[2] = b
}

/** Moves the colour to a luminosity, then towards it as far as channels left 0–1. */
function setLuminosity(out: Float64Array, wanted: number): void {
  const [r = 0, g = 0, b = 0] = out
  const by = wanted - luminosity(r, g, b)
  set(out, r + by, g + by, b + by)
  const low = Math.min(r, g, b) + by
  const high = Math.max(r, g, b) + by
  if (low < 0) towards(out, wanted, wanted / (wanted - low))
  if (high > 1) towards(out, wanted, (1 - wanted) / (high - wanted))
}

function towards(out: Float64Array, grey: number, share: number): void {
  for (let at = 0; at < 3; at++) out[at] = grey + ((out[at] ?? 0) - grey) * share
}

/** Spreads the channels so that the largest is `wanted` and the smallest 0. */
function setSaturation(out: Float64Array, wanted: number): void {
  const [r = 0, g = 0, b = 0] = out
  const low = Math.min(r, g, b)
  const spread = Math.max(r, g, b) - low
  const factor = spread === 0 ? 0 : wanted / spread
  set(out, (r - low) * factor, (g - low) * factor, (b - low) * factor)
}
