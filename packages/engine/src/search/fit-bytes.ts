/**
 * Finds the best file within a byte budget by few encodings: quality first, then the picture's size.
 *
 * Both searches are a secant in the logarithm of the size, the first one over the curve of `size-model.ts`, kept
 * inside the bracket of what fitted and what did not. A search ends when the file fills nine tenths of the budget or
 * when the next step up is known to be too large. Knows no codec: `encode` is the caller's.
 */
import type { Format, Size } from '@fovea/core/model'
import { typicalLogBytes, typicalQuality } from './size-model.ts'

export interface Trial {
  readonly bytes: Uint8Array
}

export interface Attempt extends Size {
  /** Absent for formats without a quality scale. */
  readonly quality: number | undefined
}

export interface FitPlan<T extends Trial> extends Size {
  readonly maxBytes: number
  readonly format: Format
  /** Qualities that may be tried; absent for formats without a quality scale. */
  readonly quality: { readonly floor: number; readonly ceiling: number } | undefined
  /** All frames' pixels to one frame's. */
  readonly pages: number
  encode(attempt: Attempt): Promise<T>
}

export type Fit<T extends Trial> =
  | { readonly fits: true; readonly trial: T; readonly attempt: Attempt; readonly encodes: number }
  /** The smallest that was reached, still over the budget, at the smallest allowed size. */
  | { readonly fits: false; readonly trial: T; readonly attempt: Attempt; readonly encodes: number }

/** What a result should fill of its budget. */
const enough = 0.9
/** What a step aims at: in the middle between enough and too much. */
const aim = 0.955
export const maxEncodes = 8
/** After this many tries without a fit, the lowest quality is tried at once. */
const patience = 2
/** A picture is not made smaller than this on its longer side. */
export const leastSide = 16
/** Bytes grow with this power of the pixel count: small pictures have more detail per pixel. */
const growth = 0.88

interface Measured<T> {
  readonly attempt: Attempt
  readonly trial: T
  readonly bytes: number
}

/** At most {@link maxEncodes} encodings. The result never exceeds the budget when `fits`. */
export async function fitBytes<T extends Trial>(plan: FitPlan<T>): Promise<Fit<T>> {
  const search = new Search(plan)
  if (plan.quality !== undefined) {
    const found = await byQuality(search, plan.quality)
    if (found !== undefined) return search.fit(found)
  }
  return search.bySize(plan.quality?.floor)
}

class Search<T extends Trial> {
  readonly plan: FitPlan<T>
  encodes = 0

  constructor(plan: FitPlan<T>) {
    this.plan = plan
  }

  async measure(attempt: Attempt): Promise<Measured<T>> {
    this.encodes++
    const trial = await this.plan.encode(attempt)
    return { attempt, trial, bytes: trial.bytes.length }
  }

  isOver({ bytes }: Measured<T>): boolean {
    return bytes > this.plan.maxBytes
  }

  isEnough({ bytes }: Measured<T>): boolean {
    return bytes >= enough * this.plan.maxBytes
  }

  fit({ trial, attempt, bytes }: Measured<T>): Fit<T> {
    return { fits: bytes <= this.plan.maxBytes, trial, attempt, encodes: this.encodes }
  }

  /** Searches the picture's size at one quality. */
  async bySize(quality: number | undefined): Promise<Fit<T>> {
    const { width, height, maxBytes } = this.plan
    const longer = Math.max(width, height)
    const least = Math.min(leastSide, longer)
    const sized = (side: number): Attempt => ({
      quality,
      width: Math.max(1, Math.round((width * side) / longer)),
      height: Math.max(1, Math.round((height * side) / longer)),
    })
    let over: { side: number; at: Measured<T> } | undefined
    let under: { side: number; at: Measured<T> } | undefined
    let side = this.lastFull === undefined ? longer : this.guessSide(longer, this.lastFull, aim)
    if (this.lastFull !== undefined) over = { side: longer, at: this.lastFull }
    for (;;) {
      side = Math.max(least, Math.min(side, (over?.side ?? longer + 1) - 1))
      const at = await this.measure(sized(side))
      if (this.isOver(at)) over = { side, at }
      else under = { side, at }
      const isLast = this.encodes >= maxEncodes
      if (under !== undefined) {
        const isClosed = over === undefined || over.side - under.side <= 1
        if (this.isEnough(under.at) || isClosed || isLast) return this.fit(under.at)
      }
      if (over !== undefined && under === undefined) {
        if (over.side <= least) return this.fit(over.at)
        // Further misses aim lower; the last try is the smallest size there is.
        const misses = this.encodes >= maxEncodes - 2 ? 0.6 : this.encodes >= maxEncodes - 3 ? 0.8 : aim
        side = this.encodes === maxEncodes - 1 ? least : this.guessSide(over.side, over.at, misses)
        continue
      }
      if (over === undefined || under === undefined) continue
      const [low, high] = [Math.log(under.at.bytes), Math.log(over.at.bytes)]
      const [from, to] = [Math.log(under.side), Math.log(over.side)]
      // Where the size does not follow (palettes, tiny files), the middle is the better guess.
      const isSlow = this.encodes >= maxEncodes - 3
      const part = isSlow ? 0.5 : (Math.log(aim * maxBytes) - low) / Math.max(1e-6, high - low)
      side = between(Math.floor(Math.exp(from + part * (to - from))), under.side, over.side)
    }
  }

  /** What the picture weighed in full, at the lowest quality that was tried. */
  lastFull: Measured<T> | undefined

  guessSide(side: number, { bytes }: Measured<T>, share: number): number {
    return Math.floor(side * ((share * this.plan.maxBytes) / bytes) ** (0.5 / growth))
  }
}

/** The best quality at full size; `undefined` when even the lowest is too large. */
async function byQuality<T extends Trial>(
  search: Search<T>,
  { floor, ceiling }: { readonly floor: number; readonly ceiling: number },
): Promise<Measured<T> | undefined> {
  const { width, height, pages, format, maxBytes } = search.plan
  const perPixel = (bytes: number) => Math.log(bytes / (width * height * pages))
  const wanted = perPixel(aim * maxBytes)
  let under: Measured<T> | undefined
  let over: Measured<T> | undefined
  const qualityOf = (measured: Measured<T> | undefined) => measured?.attempt.quality
  let quality = Math.min(ceiling, Math.max(floor, typicalQuality(format, wanted)))
  for (;;) {
    const at = await search.measure({ quality, width, height })
    if (search.isOver(at)) over = at
    else under = at
    const lowest = qualityOf(under) ?? floor - 1
    const highest = qualityOf(over) ?? ceiling + 1
    const isLast = search.encodes >= maxEncodes
    if (under !== undefined && (search.isEnough(under) || highest - lowest <= 1 || isLast)) return under
    if (over !== undefined && highest <= floor) {
      search.lastFull = over
      return undefined
    }
    if (under === undefined && search.encodes >= patience + 1) {
      quality = floor
      continue
    }
    const guess = typicalQuality(format, modelAt(search, { under, over, wanted, perPixel, quality }))
    const isSlow = search.encodes >= maxEncodes - 3 && under !== undefined && over !== undefined
    quality = between(isSlow ? Math.floor((lowest + highest) / 2) : guess, lowest, highest)
  }
}

/** Where on the typical curve the wanted size lies, from what was measured. */
function modelAt<T extends Trial>(
  { plan: { format } }: Search<T>,
  known: {
    readonly under: Measured<T> | undefined
    readonly over: Measured<T> | undefined
    readonly wanted: number
    readonly quality: number
    perPixel(bytes: number): number
  },
): number {
  const { under, over, wanted, quality, perPixel } = known
  if (under !== undefined && over !== undefined) {
    const [low, high] = [perPixel(under.bytes), perPixel(over.bytes)]
    const from = typicalLogBytes(format, under.attempt.quality ?? 1)
    const to = typicalLogBytes(format, over.attempt.quality ?? 100)
    return from + ((wanted - low) * (to - from)) / Math.max(1e-6, high - low)
  }
  const at = under ?? over
  return typicalLogBytes(format, quality) + wanted - perPixel(at?.bytes ?? 1)
}

/** A whole number strictly between two bounds that are at least two apart. */
function between(value: number, low: number, high: number): number {
  return Math.min(high - 1, Math.max(low + 1, value))
}
