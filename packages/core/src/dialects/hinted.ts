/** Sizes that a client tells in request headers: for `dpr` and widths that a URL leaves to it. */
import type { DialectTarget } from './define.ts'
import { readNumber } from './step-parameters.ts'

type Hints = DialectTarget['hints']

/** Ratios beyond 4 are no screens, but a way to ask for large pictures. */
const largestRatio = 4

/** Whole device pixels for one of CSS, 1–4; 1 when the client does not say. Names the headers in `vary`. */
export function hintedDpr(hints: Hints, vary: Set<string>): number {
  vary.add('Sec-CH-DPR').add('DPR')
  const said = readNumber(hints['sec-ch-dpr'] ?? hints.dpr ?? '') ?? 1
  return Math.min(largestRatio, Math.max(1, Math.ceil(said)))
}

/** The width in pixels that the client has room for; `undefined` when it does not say. Names the headers in `vary`. */
export function hintedWidth(hints: Hints, vary: Set<string>): number | undefined {
  vary.add('Sec-CH-Width').add('Width')
  const said = readNumber(hints['sec-ch-width'] ?? hints.width ?? '')
  return said !== undefined && said >= 1 && said <= 16_384 ? said : undefined
}
