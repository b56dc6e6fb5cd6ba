/**
 * Resizes pixels with the kernel centred where it belongs.
 *
 * sharp enlarges with a shift of half an output pixel; here output pixel i lies at (i + ½) · from / to − ½ of the
 * input, edges repeat, and colours are weighed by their alpha. One axis may shrink while the other grows: the kernel
 * widens with the shrink. Rows are made one at a time, so beside input and output only a row is held.
 */
import type { Kernel } from '@fovea/core'
import { fullOf, type Pixels, samples } from './pixels.ts'

/** Weights of one output position: `weights[k]` belongs to input `first + k`, already inside the image. */
interface Taps {
  readonly first: number
  readonly weights: Float64Array
}

export function resample(pixels: Pixels, width: number, height: number, kernel: Kernel): Pixels {
  const { data, channels } = pixels
  const columns = tapsOf(pixels.width, width, kernel)
  const rows = tapsOf(pixels.height, height, kernel)
  const made = samples(data, width * height * channels)
  const full = fullOf(data)
  const mixed = new Float64Array(pixels.width * channels)
  for (const [y, taps] of rows.entries()) {
    mixRows(pixels, taps, mixed)
    mixColumns({ mixed, columns, channels, full }, made, y * width * channels)
  }
  return { data: made, width, height, channels }
}

/** One row: the weighted sum of input rows, premultiplied by alpha in 0–1. */
function mixRows({ data, width, channels }: Pixels, { first, weights }: Taps, mixed: Float64Array): void {
  mixed.fill(0)
  const length = width * channels
  const full = fullOf(data)
  for (let tap = 0; tap < weights.length; tap++) {
    const weight = weights[tap] ?? 0
    const start = (first + tap) * length
    if (channels !== 4) {
      for (let at = 0; at < length; at++) mixed[at] = (mixed[at] ?? 0) + weight * (data[start + at] ?? 0)
      continue
    }
    for (let at = 0; at < length; at += 4) {
      const alpha = (weight * (data[start + at + 3] ?? 0)) / full
      mixed[at] = (mixed[at] ?? 0) + alpha * (data[start + at] ?? 0)
      mixed[at + 1] = (mixed[at + 1] ?? 0) + alpha * (data[start + at + 1] ?? 0)
      mixed[at + 2] = (mixed[at + 2] ?? 0) + alpha * (data[start + at + 2] ?? 0)
      mixed[at + 3] = (mixed[at + 3] ?? 0) + alpha
    }
  }
}

interface Row {
  readonly mixed: Float64Array
  readonly columns: readonly Taps[]
  readonly channels: number
  readonly full: number
}

function mixColumns({ mixed, columns, channels, full }: Row, made: Pixels['data'], row: number): void {
  let to = row
  for (const { first, weights } of columns) {
    const alpha = channels === 4 ? sumOf(mixed, first * 4 + 3, 4, weights) : 1
    const colours = channels === 4 ? 3 : channels
    for (let channel = 0; channel < colours; channel++) {
      const sum = sumOf(mixed, first * channels + channel, channels, weights)
      made[to + channel] = alpha <= 0 ? 0 : Math.min(full, Math.max(0, sum / alpha)) + 0.5
    }
    if (channels === 4) made[to + 3] = Math.min(full, Math.max(0, alpha * full)) + 0.5
    to += channels
  }
}

function sumOf(mixed: Float64Array, from: number, stride: number, weights: Float64Array): number {
  let sum = 0
  for (let tap = 0, at = from; tap < weights.length; tap++, at += stride) {
    sum += (weights[tap] ?? 0) * (mixed[at] ?? 0)
  }
  return sum
}

/** Taps of every output position of one axis, weights summing to 1; those outside fall to the edge pixel. */
function tapsOf(from: number, to: number, kernel: Kernel): readonly Taps[] {
  const scale = from / to
  const widen = Math.max(1, scale)
  const { support, weigh } = kernels[kernel]
  const reach = support * widen
  return Array.from({ length: to }, (_, index) => {
    const centre = (index + 0.5) * scale - 0.5
    const [low, high] = [Math.ceil(centre - reach), Math.floor(centre + reach)]
    const first = clamp(low, from)
    const weights = new Float64Array(clamp(high, from) - first + 1)
    let sum = 0
    for (let at = low; at <= high; at++) {
      const weight = weigh((at - centre) / widen)
      const place = clamp(at, from) - first
      weights[place] = (weights[place] ?? 0) + weight
      sum += weight
    }
    return { first, weights: weights.map((weight) => weight / sum) }
  })
}

function clamp(index: number, length: number): number {
  return Math.min(length - 1, Math.max(0, index))
}

interface KernelShape {
  /** Zero from this distance on. */
  readonly support: number
  weigh(distance: number): number
}

/** Source: Mitchell and Netravali, "Reconstruction Filters in Computer Graphics" (1988), for the cubics. */
const kernels: Readonly<Record<Kernel, KernelShape>> = {
  nearest: { support: 0.5, weigh: () => 1 },
  linear: { support: 1, weigh: (x) => Math.max(0, 1 - Math.abs(x)) },
  cubic: { support: 2, weigh: cubic(0, 0.5) },
  mitchell: { support: 2, weigh: cubic(1 / 3, 1 / 3) },
  lanczos2: { support: 2, weigh: lanczos(2) },
  lanczos3: { support: 3, weigh: lanczos(3) },
}

function cubic(b: number, c: number): (x: number) => number {
  return (signed) => {
    const x = Math.abs(signed)
    if (x >= 2) return 0
    if (x < 1) return ((12 - 9 * b - 6 * c) * x ** 3 + (-18 + 12 * b + 6 * c) * x ** 2 + (6 - 2 * b)) / 6
    return ((-b - 6 * c) * x ** 3 + (6 * b + 30 * c) * x ** 2 + (-12 * b - 48 * c) * x + (8 * b + 24 * c)) / 6
  }
}

function lanczos(lobes: number): (x: number) => number {
  return (x) => (Math.abs(x) >= lobes ? 0 : sinc(x) * sinc(x / lobes))
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
}
