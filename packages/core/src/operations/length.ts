/**
 * Lengths along a side of the image: whole pixels, or percent of that side (`'50%'`).
 *
 * Percent are of the image as it is when the operation runs, which nobody knows who writes the request.
 */
import * as z from 'zod'
import { real, roundReal } from './parameters.ts'

/** Pixels, or a text of percent in canonical spelling. */
export type Length = number | string

const percentForm = /^-?\d{1,5}(?:\.\d{1,10})?%$/

interface LengthRange {
  /** Least pixels; with 0 also 0 % is taken. */
  readonly min?: number
  readonly maxPixels?: number
  readonly maxPercent?: number
  /** Whether pixels may have decimals (four). */
  readonly isReal?: boolean
}

/** Pixels are whole, 1–1 000 000 unless told; percent keep 4 decimals, above 0 and up to 100 unless told. */
export function length({
  min = 1,
  maxPixels = 1_000_000,
  maxPercent = 100,
  isReal = false,
}: LengthRange = {}) {
  const rule = `must be ${isReal ? '' : 'whole '}pixels, ${min}–${maxPixels}, or percent of the side such as "50%", up to ${maxPercent}%`
  const isPercent = (text: string) => {
    const share = Number(text.slice(0, -1))
    if (share > maxPercent || share < -maxPercent) return false
    return share > 0 || (share === 0 && min <= 0) || min < 0
  }
  const percent = z
    .string()
    .regex(percentForm, rule)
    .overwrite(roundPercent)
    .refine(isPercent, { error: rule })
  const pixels = isReal ? real({ min, max: maxPixels }) : z.int().min(min).max(maxPixels)
  return z.union([pixels, percent], { error: rule }).meta({ unit: 'px or %' })
}

/** In pixels of a side, not rounded. */
export function pixelsOf(length: Length, side: number): number {
  return typeof length === 'number' ? length : (Number(length.slice(0, -1)) / 100) * side
}

function roundPercent(text: string): string {
  return percentForm.test(text) ? `${roundReal(Number(text.slice(0, -1)))}%` : text
}
