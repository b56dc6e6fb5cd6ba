/**
 * `max`, `w,`, `,h`, `pct:n`, `w,h` and `!w,h`, each of them with `^` where the image may grow; without it, growing is
 * an error. `full`, the word of version 2, is none. Source: Image API 3.0 §4.2
 */
import type { OperationInput } from '../../operations/index.ts'
import type { Bounds } from './bounds.ts'
import { invalid } from './invalid.ts'
import { percent } from './number.ts'

const form = /^(\^?)(?:(max)|pct:(\d{1,5}(?:\.\d{1,15})?)|(!?)(\d{1,7}),(\d{1,7})|(\d{1,7}),|,(\d{1,7}))$/

/** @throws Problem `request/invalid-parameter` */
export function sizeOf(text: string, { most }: Bounds): readonly OperationInput[] {
  const match = form.exec(text)
  if (match === null) {
    throw invalid('size', text, 'must be max, w, or ,h or w,h or !w,h in whole pixels, or pct:n')
  }
  const [, caret, max, share, confined, ...sides] = match
  const [w, h, onlyW, onlyH] = sides
  // `^max` grows to the limits that info.json states, and it states only those that shrink a picture.
  if (max !== undefined) return [{ op: 'resize', width: most, height: most, fit: 'inside', upscale: false }]
  if ([share, w, h, onlyW, onlyH].some((side) => side !== undefined && Number(side) === 0)) {
    throw invalid('size', text, 'must not be 0')
  }
  const growth =
    caret === '^' ? ({ upscale: true } as const) : ({ upscale: false, whenSmaller: 'refuse' } as const)
  if (share !== undefined) {
    const n = Number(share)
    if (n > 100 && caret === '') throw invalid('size', text, 'above 100 % must begin with ^')
    return [{ op: 'resize', width: percent(n), height: percent(n), fit: 'fill', ...growth }]
  }
  if (onlyW !== undefined) return [{ op: 'resize', width: Number(onlyW), ...growth }]
  if (onlyH !== undefined) return [{ op: 'resize', height: Number(onlyH), ...growth }]
  const fit = confined === '!' ? 'inside' : 'fill'
  return [{ op: 'resize', width: Number(w), height: Number(h), fit, ...growth }]
}
