/** The parameter `aspect`: text such as `16:9` or `1.91:1`, two whole numbers in lowest terms after parsing. */
import * as z from 'zod'
import type { Size } from '../geometry/size.ts'

const aspectForm = /^(\d{1,9}(?:\.\d{1,4})?):(\d{1,9}(?:\.\d{1,4})?)$/
/** Decimals are brought to whole numbers by this. */
const unit = 10_000
/** Longest side in lowest terms: 10 000 with four decimals. */
const maxSide = 100_000_000

export function aspect() {
  return z
    .string()
    .regex(aspectForm, 'must be width:height, two numbers of up to four decimals, such as 16:9 or 1.91:1')
    .refine((text) => sidesIn(text).every((side) => side > 0), { error: 'must have sides above 0' })
    .refine((text) => Math.max(...reduced(text)) <= maxSide, {
      error: `must have sides of at most ${maxSide} in lowest terms`,
    })
    .overwrite(reduceAspect)
}

/** Width and height of an aspect in lowest terms; only their ratio means something. */
export function aspectSize(aspect: string): Size {
  const [width = 1, height = 1] = aspect.split(':').map(Number)
  return { width, height }
}

/** Lowest terms. Text of another form is given back: a schema normalises before it has finished complaining. */
export function reduceAspect(aspect: string): string {
  const [width = 0, height = 0] = reduced(aspect)
  return width > 0 && height > 0 ? `${width}:${height}` : aspect
}

function reduced(text: string): readonly number[] {
  const sides = sidesIn(text)
  const [width = 0, height = 0] = sides
  const divisor = Math.max(1, greatestCommonDivisor(width, height))
  return sides.map((side) => side / divisor)
}

/** Both sides as whole multiples of a ten-thousandth; none of text of another form. */
function sidesIn(text: string): readonly number[] {
  const [, ...sides] = aspectForm.exec(text) ?? []
  return sides.map((side) => Math.round(Number(side) * unit))
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}
