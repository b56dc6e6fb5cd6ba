/**
 * Parameter types that operations share: range, unit and normal form in one place.
 *
 * Ranges mirror the engine's, so bad input is a 4xx before any pixel. Reals are rounded to 4 decimals and colours
 * become `#rrggbbaa` while parsing: what is keyed is exactly what is drawn.
 */
import * as z from 'zod'
import { readColor } from '../geometry/color.ts'
import { gravities, strategies } from '../geometry/gravity.ts'
import { foldAngle } from '../geometry/turn.ts'
import type { Kernel } from '../steps/step.ts'

/** Largest pixel count a schema takes; the limits in force decide below it, with a 422 that names them. */
const maxPixels = 1_000_000

/** Whole pixels, 1–1 000 000 unless told. */
export function pixels({ min = 1, max = maxPixels }: { min?: number; max?: number } = {}) {
  return z.int().min(min).max(max).meta({ unit: 'px' })
}

/** Real number, rounded to 4 decimals before its range is checked. */
export function real({ min, max, unit }: { min: number; max: number; unit?: string }) {
  const number = z.number().overwrite(roundReal).min(min).max(max)
  return unit === undefined ? number : number.meta({ unit })
}

/** Clockwise degrees, ±3600 as written, folded into [0, 360). */
export function angle() {
  return z.number().min(-3600).max(3600).overwrite(foldAngle).meta({ unit: 'deg' })
}

/** Any CSS colour as written, `#rrggbbaa` after parsing. Defaults are given in the canonical spelling. */
export function color() {
  return z
    .string()
    .transform((css, context) => {
      const canonical = readColor(css)
      if (canonical !== undefined) return canonical
      context.issues.push({
        code: 'custom',
        message: 'must be a CSS colour: a name, #rgb, #rrggbb, #rrggbbaa, rgb() or hsl()',
        input: css,
      })
      return z.NEVER
    })
    .meta({ unit: 'css-color' })
}

export function position() {
  return z.enum([...gravities, ...strategies])
}

export const kernels = [
  'nearest',
  'linear',
  'cubic',
  'mitchell',
  'lanczos2',
  'lanczos3',
] as const satisfies readonly Kernel[]

/** Half away from zero at the 5th decimal; -0 becomes 0. */
export function roundReal(value: number): number {
  const rounded = Math.sign(value) * Math.round(Math.abs(value) * 10_000)
  return rounded / 10_000 + 0
}

export const transparent = '#00000000'
