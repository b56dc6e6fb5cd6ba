/** The parameter `aspect`: text such as `16:9`, in lowest terms after parsing. */
import * as z from 'zod'
import type { Size } from '../geometry/size.ts'

const maxAspect = 10_000
const aspectForm = /^[1-9]\d{0,4}:[1-9]\d{0,4}$/

export function aspect() {
  return z
    .string()
    .regex(aspectForm, `must be width:height, two whole numbers of 1–${maxAspect}, such as 16:9`)
    .refine((text) => text.split(':').every((part) => Number(part) <= maxAspect), {
      error: `must have sides of at most ${maxAspect}`,
    })
    .overwrite(reduceAspect)
}

export function aspectSize(aspect: string): Size {
  const [width = 1, height = 1] = aspect.split(':').map(Number)
  return { width, height }
}

/** Lowest terms. Text of another form is given back: a schema normalises before it has finished complaining. */
export function reduceAspect(aspect: string): string {
  if (!aspectForm.test(aspect)) return aspect
  const { width, height } = aspectSize(aspect)
  const divisor = greatestCommonDivisor(width, height)
  return `${width / divisor}:${height / divisor}`
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}
