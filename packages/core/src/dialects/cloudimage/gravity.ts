/**
 * `gravity`: what a cut keeps, and where `fit` places the picture.
 *
 * Coordinates are of the picture as it is when it gets its size. `face` is `auto` where a picture shows
 * none.
 */
import { type Gravity, gravities } from '../../geometry/index.ts'
import type { OperationInput } from '../../operations/index.ts'
import { readNumber } from '../step-parameters.ts'
import { type CloudimageParameters, maxSide } from './reader.ts'

export type Position = NonNullable<Extract<OperationInput, { op: 'crop' }>['position']>

interface Corner {
  readonly left: number
  readonly top: number
}

const words: Readonly<Record<string, Position>> = {
  center: 'center',
  centre: 'center',
  auto: 'attention',
  smart: 'attention',
  face: 'faces',
  // What is left of a picture without its plain border is where the detail is.
  trim: 'entropy',
}

/** Point of the compass → ours. */
const compass: Readonly<Record<string, Gravity>> = {
  north: 'top',
  south: 'bottom',
  east: 'right',
  west: 'left',
  northeast: 'top-right',
  northwest: 'top-left',
  southeast: 'bottom-right',
  southwest: 'bottom-left',
}

/** @param cut corner of what was cut out before: pixels are counted in the original */
export function gravityOf(parameters: CloudimageParameters, cut: Corner): Position | undefined {
  const text = parameters.text('gravity')?.toLowerCase()
  if (text === undefined) return undefined
  const word = compassPoint(text) ?? (Object.hasOwn(words, text) ? words[text] : undefined)
  if (word !== undefined) return word
  const point = pointIn(text, cut)
  if (point !== undefined) return point
  throw parameters.invalid(
    'gravity',
    'must be a point of the compass, center, auto, smart, face, trim or a point: X,Y in pixels, Xp,Yp in percent, 0.5c,0.5c',
  )
}

/** The nine places from compass points, `center` and `centre`. */
export function compassPoint(text: string): Gravity | undefined {
  if (text === 'center' || text === 'centre') return 'center'
  return Object.hasOwn(compass, text) ? compass[text] : undefined
}

function pointIn(text: string, cut: Corner): Position | undefined {
  const [, x = '', xUnit = '', y = '', yUnit = ''] =
    /^([-\d.]{1,24})([psc]?),([-\d.]{1,24})([psc]?)$/.exec(text) ?? []
  const [across, down] = [readNumber(x), readNumber(y)]
  if (across === undefined || down === undefined || (xUnit === '') !== (yUnit === '')) return undefined
  if (xUnit === '') return { left: pixel(across - cut.left), top: pixel(down - cut.top) }
  return { x: share(across, xUnit), y: share(down, yUnit) }
}

function pixel(value: number): number {
  return Math.min(maxSide, Math.max(0, Math.floor(value + 0.5)))
}

/** Of percent, or of a coefficient, which clients write as 0.5 and as 50. */
function share(value: number, unit: string): number {
  return Math.min(1, Math.max(0, unit === 'c' && value <= 1 ? value : value / 100))
}

/** The nearest of the nine places, for what is placed and not cut; of what only the pixels tell, the centre. */
export function placeOf(position: Position): Gravity {
  if (typeof position === 'string') return gravities.find((place) => place === position) ?? 'center'
  if (!('x' in position)) return 'center'
  const across = third(position.x, ['left', '', 'right'])
  const down = third(position.y, ['top', '', 'bottom'])
  const name = [down, across].filter((word) => word !== '').join('-')
  return gravities.find((place) => place === name) ?? 'center'
}

function third(value: number, [first, second, last]: readonly [string, string, string]): string {
  if (value < 1 / 3) return first
  return value > 2 / 3 ? last : second
}
