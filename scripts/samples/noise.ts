/**
 * Seeded noise and colour maths shared by the sample pictures.
 *
 * Everything is a pure function of its seed, so that the committed samples can be made again byte for byte.
 */
import { randomFrom } from '../../fixtures/random.ts'

export type Rgb = readonly [number, number, number]

const lattice = (() => {
  const random = randomFrom(20_261)
  return Float32Array.from({ length: 65_536 }, () => random())
})()

function latticeAt(x: number, y: number): number {
  return lattice[((x & 255) << 8) | (y & 255)] ?? 0
}

/** A fixed random number in [0, 1) for an integer cell. */
export function cellRandom(x: number, y: number, salt: number): number {
  return latticeAt(x * 7 + salt * 31, y * 13 + salt * 57 + (x >> 8) * 3)
}

/** Value noise in [0, 1] with its slopes, quintic interpolation. Written into `out` to spare allocations. */
export function noiseWithSlope(x: number, y: number, out: { value: number; dx: number; dy: number }): void {
  const ix = Math.floor(x)
  const iy = Math.floor(y)
  const fx = x - ix
  const fy = y - iy
  const ux = fx * fx * fx * (fx * (fx * 6 - 15) + 10)
  const uy = fy * fy * fy * (fy * (fy * 6 - 15) + 10)
  const sx = 30 * fx * fx * (fx * (fx - 2) + 1)
  const sy = 30 * fy * fy * (fy * (fy - 2) + 1)
  const a = latticeAt(ix, iy)
  const b = latticeAt(ix + 1, iy)
  const c = latticeAt(ix, iy + 1)
  const d = latticeAt(ix + 1, iy + 1)
  const k = a - b - c + d
  out.value = a + (b - a) * ux + (c - a) * uy + k * ux * uy
  out.dx = sx * (b - a + k * uy)
  out.dy = sy * (c - a + k * ux)
}

const scratch = { value: 0, dx: 0, dy: 0 }

/** Value noise in [0, 1]. */
export function noise(x: number, y: number): number {
  noiseWithSlope(x, y, scratch)
  return scratch.value
}

/** Fractal sum of value noise, about [0, 1]; each octave is turned so that the lattice does not show. */
export function fractal(x: number, y: number, octaves: number): number {
  let sum = 0
  let weight = 0.5
  let total = 0
  let px = x
  let py = y
  for (let octave = 0; octave < octaves; octave++) {
    sum += weight * noise(px, py)
    total += weight
    weight *= 0.5
    const turned = 1.6 * px - 1.2 * py
    py = 1.2 * px + 1.6 * py
    px = turned
  }
  return sum / total
}

export function clamp01(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value
}

export function smoothstep(from: number, to: number, value: number): number {
  const t = clamp01((value - from) / (to - from))
  return t * t * (3 - 2 * t)
}

export function mix(a: Rgb, b: Rgb, t: number): Rgb {
  return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t]
}

export function scale(color: Rgb, factor: number): Rgb {
  return [color[0] * factor, color[1] * factor, color[2] * factor]
}

export function add(a: Rgb, b: Rgb): Rgb {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
}

export function multiply(a: Rgb, b: Rgb): Rgb {
  return [a[0] * b[0], a[1] * b[1], a[2] * b[2]]
}

/** `#rrggbb` to linear light, 0–1. */
export function linear(hex: string): Rgb {
  const channel = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }
  return [channel(1), channel(3), channel(5)]
}

/** Linear light to an sRGB byte (not rounded). */
export function encodeSrgb(value: number): number {
  const bounded = clamp01(value)
  return 255 * (bounded <= 0.0031308 ? bounded * 12.92 : 1.055 * bounded ** (1 / 2.4) - 0.055)
}
