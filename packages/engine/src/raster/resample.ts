/**
 * Resizes pixels with the kernel centred where it belongs.
 *
 * sharp enlarges with a shift of half an output pixel; here output pixel i lies at (i + ½) · from / to − ½ of the
 * input, edges repeat, and colours are weighed by their alpha. One axis may shrink while the other grows: the kernel
 * widens with the shrink. Rows are made one at a time, so beside input and output only a row is held.
 */
import type { Kernel } from '@fovea/core/model'
import { fullOf, type Pixels, type Samples, samples } from './pixels.ts'

/** Weights along one axis: output i is the sum of `weights[i · count + k]` times input `first[i] + k`. */
interface Taps {
  readonly first: Int32Array
  readonly weights: Float64Array
  readonly count: number
}

/** `nearest` would mix two pixels that are equally near: see nearest.ts. */
export function resample(
  pixels: Pixels,
  width: number,
  height: number,
  kernel: Exclude<Kernel, 'nearest'>,
): Pixels {
  const { data, channels } = pixels
  const columns = tapsOf(pixels.width, width, kernel)
  const rows = tapsOf(pixels.height, height, kernel)
  const made = samples(data, width * height * channels)
  const mixed = new Float64Array(pixels.width * channels)
  const mixColumns = { 1: mixGrey, 3: mixColours, 4: mixWithAlpha }[channels]
  for (let y = 0; y < height; y++) {
    mixRows(pixels, rows, y, mixed)
    mixColumns(mixed, columns, made, y * width * channels)
  }
  return { data: made, width, height, channels }
}

/** One row: the weighted sum of input rows, premultiplied by alpha in 0–1. */
function mixRows({ data, width, channels }: Pixels, rows: Taps, y: number, mixed: Float64Array): void {
  mixed.fill(0)
  const length = width * channels
  const full = fullOf(data)
  for (let tap = 0; tap < rows.count; tap++) {
    const weight = rows.weights[y * rows.count + tap] ?? 0
    if (weight === 0) continue
    const row = data.subarray(
      ((rows.first[y] ?? 0) + tap) * length,
      ((rows.first[y] ?? 0) + tap + 1) * length,
    )
    if (channels === 4) addPremultiplied(row, weight, full, mixed)
    else for (let at = 0; at < length; at++) mixed[at] = (mixed[at] ?? 0) + weight * (row[at] ?? 0)
  }
}

function addPremultiplied(row: Samples, weight: number, full: number, mixed: Float64Array): void {
  for (let at = 0; at < row.length; at += 4) {
    const alpha = (weight * (row[at + 3] ?? 0)) / full
    mixed[at] = (mixed[at] ?? 0) + alpha * (row[at] ?? 0)
    mixed[at + 1] = (mixed[at + 1] ?? 0) + alpha * (row[at + 1] ?? 0)
    mixed[at + 2] = (mixed[at + 2] ?? 0) + alpha * (row[at + 2] ?? 0)
    mixed[at + 3] = (mixed[at + 3] ?? 0) + alpha
  }
}

// One function for each number of channels: the loop over taps is where all the time goes.

function mixGrey(mixed: Float64Array, { first, weights, count }: Taps, made: Samples, start: number): void {
  const full = fullOf(made)
  for (let x = 0, tap = 0; x < first.length; x++) {
    let grey = 0
    for (let at = first[x] ?? 0, end = tap + count; tap < end; tap++, at++) {
      grey += (weights[tap] ?? 0) * (mixed[at] ?? 0)
    }
    made[start + x] = rounded(grey, full)
  }
}

function mixColours(
  mixed: Float64Array,
  { first, weights, count }: Taps,
  made: Samples,
  start: number,
): void {
  const full = fullOf(made)
  for (let x = 0, tap = 0, to = start; x < first.length; x++, to += 3) {
    let [r, g, b] = [0, 0, 0]
    for (let at = (first[x] ?? 0) * 3, end = tap + count; tap < end; tap++, at += 3) {
      const weight = weights[tap] ?? 0
      r += weight * (mixed[at] ?? 0)
      g += weight * (mixed[at + 1] ?? 0)
      b += weight * (mixed[at + 2] ?? 0)
    }
    made[to] = rounded(r, full)
    made[to + 1] = rounded(g, full)
    made[to + 2] = rounded(b, full)
  }
}

function mixWithAlpha(
  mixed: Float64Array,
  { first, weights, count }: Taps,
  made: Samples,
  start: number,
): void {
  const full = fullOf(made)
  for (let x = 0, tap = 0, to = start; x < first.length; x++, to += 4) {
    let [r, g, b, alpha] = [0, 0, 0, 0]
    for (let at = (first[x] ?? 0) * 4, end = tap + count; tap < end; tap++, at += 4) {
      const weight = weights[tap] ?? 0
      r += weight * (mixed[at] ?? 0)
      g += weight * (mixed[at + 1] ?? 0)
      b += weight * (mixed[at + 2] ?? 0)
      alpha += weight * (mixed[at + 3] ?? 0)
    }
    if (alpha <= 0) continue
    made[to] = rounded(r / alpha, full)
    made[to + 1] = rounded(g / alpha, full)
    made[to + 2] = rounded(b / alpha, full)
    made[to + 3] = rounded(alpha * full, full)
  }
}

function rounded(value: number, full: number): number {
  return value <= 0 ? 0 : value >= full ? full : Math.floor(value + 0.5)
}

/** Taps of every output position, weights summing to 1; those outside fall to the edge pixel. */
function tapsOf(from: number, to: number, kernel: Exclude<Kernel, 'nearest'>): Taps {
  const scale = from / to
  const widen = Math.max(1, scale)
  const { support, weigh } = kernels[kernel]
  const reach = support * widen
  const count = Math.min(from, Math.floor(2 * reach) + 2)
  const first = new Int32Array(to)
  const weights = new Float64Array(to * count)
  for (let index = 0; index < to; index++) {
    const centre = (index + 0.5) * scale - 0.5
    const low = Math.ceil(centre - reach)
    const high = Math.floor(centre + reach)
    const start = Math.min(from - count, clamp(low, from))
    first[index] = start
    let sum = 0
    for (let at = low; at <= high; at++) sum += weigh((at - centre) / widen)
    for (let at = low; at <= high; at++) {
      const place = index * count + clamp(at, from) - start
      weights[place] = (weights[place] ?? 0) + weigh((at - centre) / widen) / sum
    }
  }
  return { first, weights, count }
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
const kernels: Readonly<Record<Exclude<Kernel, 'nearest'>, KernelShape>> = {
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
