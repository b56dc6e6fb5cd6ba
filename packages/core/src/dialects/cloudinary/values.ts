/** Values of several Cloudinary parameters: lengths, aspects, colours, places. */
import { readColor } from '../../geometry/color.ts'
import { type Gravity, type Label, roundSide } from '../../geometry/index.ts'
import { percent, readNumber } from '../step-parameters.ts'
import { thingsNamed } from '../things.ts'
import type { Key } from './keys.ts'
import type { Step } from './step.ts'

/** Pixels, or percent of the side. */
export type Length = number | string

/**
 * A side: pixels, a share (whatever has a decimal point), or arithmetic on the image's own side (`iw_div_2`).
 * `dpr` multiplies it. `isInitial` says whether the image is still as it was stored, which is what `iw` means.
 */
export function readSide(
  step: Step,
  key: 'w' | 'h',
  { dpr, isInitial }: { readonly dpr: number; readonly isInitial: boolean },
): Length | undefined {
  const value = step.text(key)
  if (value === undefined || value === 'auto') return undefined
  const own = /^(iw|ih)(?:_(mul|div)_([\d.]{1,12}))?$/.exec(value)
  if (own !== null) {
    if (own[1] !== `i${key}`) throw step.invalid(key, `can only follow from i${key}`)
    if (!isInitial) throw step.invalid(key, 'names the stored size, which only the first resizing can')
    const factor = own[3] === undefined ? 1 : (readNumber(own[3]) ?? 0)
    if (factor <= 0) throw step.invalid(key, 'must multiply or divide by a number above 0')
    return percent(dpr * (own[2] === 'div' ? 1 / factor : factor))
  }
  const number = readNumber(value)
  if (number === undefined || number <= 0) throw step.invalid(key, 'must be pixels or a share such as 0.5')
  return value.includes('.') ? percent(number * dpr) : roundSide(number * dpr)
}

/** `x` and `y`: whole pixels, either sign, or a share with a decimal point. */
export function readOffset(step: Step, key: 'x' | 'y'): Length | undefined {
  const value = step.text(key)
  if (value === undefined) return undefined
  const number = readNumber(value)
  if (number === undefined) throw step.invalid(key, 'must be pixels or a share such as 0.1')
  return value.includes('.') ? percent(number) : number
}

/** `16:9` or `1.5`. */
export function readAspect(step: Step): string | undefined {
  const value = step.text('ar')
  if (value === undefined) return undefined
  const aspect = value.includes(':') ? value : `${value}:1`
  if (!/^\d{1,6}(?:\.\d{1,4})?:\d{1,6}(?:\.\d{1,4})?$/.test(aspect)) {
    throw step.invalid('ar', 'must be like 16:9 or 1.5')
  }
  if (aspect.split(':').some((side) => Number(side) === 0)) throw step.invalid('ar', 'must have no side of 0')
  return aspect
}

/** A name, `rgb:rrggbb` with three, four, six or eight digits, or bare digits. */
export function readCloudinaryColor(text: string): string | undefined {
  const digits = /^(?:rgb:|#)([0-9A-Fa-f]{3,8})$/.exec(text)?.[1]
  return readColor(digits === undefined ? text : `#${digits}`)
}

export function colorOf(step: Step, key: Key, text: string): string {
  const color = readCloudinaryColor(text)
  if (color === undefined) throw step.invalid(key, 'must be a colour: a name or rgb:ff0000')
  return color
}

const compass: ReadonlyMap<string, Gravity> = new Map([
  ['center', 'center'],
  ['north', 'top'],
  ['south', 'bottom'],
  ['west', 'left'],
  ['east', 'right'],
  ['north_west', 'top-left'],
  ['north_east', 'top-right'],
  ['south_west', 'bottom-left'],
  ['south_east', 'bottom-right'],
] as const)

/** One of the nine places; `undefined` when absent. */
export function readPlace(step: Step): Gravity | undefined {
  const value = step.text('g')
  if (value === undefined) return undefined
  const place = compass.get(value)
  if (place === undefined) throw step.invalid('g', `must be one of ${[...compass.keys()].join(', ')} here`)
  return place
}

/** A place, the centre named by `x` and `y`, faces, things, or what draws the eye. */
export function readGravity(
  step: Step,
): Gravity | 'attention' | 'faces' | 'point' | { readonly labels: Label[] } | undefined {
  const value = step.text('g')
  const things = value === undefined ? undefined : thingsIn(value)
  if (things !== undefined) return { labels: things }
  if (value === 'xy_center') return 'point'
  if (value !== undefined && /^(?:auto:)?faces?(?::|$)/.test(value)) return 'faces'
  if (value !== undefined && /^auto(?::|$)/.test(value)) return 'attention'
  return value === undefined ? undefined : readPlace(step)
}

/** `dog`, `cat:dog`, `auto:dog`; what `:auto` falls back to is what every cut around things does. */
function thingsIn(value: string): Label[] | undefined {
  const words = value.replace(/^auto:/, '').replace(/:auto(?::.*)?$/, '')
  const named = words.split(':', 20).map(thingsNamed)
  return named.includes(undefined) ? undefined : named.flatMap((things) => things ?? [])
}
