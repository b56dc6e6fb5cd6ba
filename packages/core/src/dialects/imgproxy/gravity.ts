/** imgproxy's gravity, `no:0:20`, `fp:0.3:0.7`, `sm`: where to cut, or where the image lies. */
import { type Gravity, gravities, type Label } from '../../geometry/index.ts'
import { percent } from '../step-parameters.ts'
import { thingsNamed } from '../things.ts'
import type { Arguments } from './arguments.ts'

const places = {
  ce: 'center',
  no: 'top',
  so: 'bottom',
  ea: 'right',
  we: 'left',
  noea: 'top-right',
  nowe: 'top-left',
  soea: 'bottom-right',
  sowe: 'bottom-left',
} as const

const names = Object.keys(places) as (keyof typeof places)[]

export interface GravityOption {
  readonly position:
    | Gravity
    | 'attention'
    | 'faces'
    | 'subject'
    | 'focal-point'
    | { readonly x: number; readonly y: number }
    | { readonly labels: Label[] }
  /** Inwards from the sides that the place names: pixels, or shares below 1. */
  readonly x: number
  readonly y: number
}

export const centre: GravityOption = Object.freeze({ position: 'center', x: 0, y: 0 })

/** No word about it: what the picture’s owner says of it, else the centre. */
export const unsaid: GravityOption = Object.freeze({ position: 'focal-point', x: 0, y: 0 })

/** @throws Problem `request/invalid-parameter` */
export function readGravity(parts: Arguments): GravityOption {
  const type = parts.text(0) ?? 'ce'
  if (type === 'sm') {
    parts.expect(1, 1)
    return { position: 'attention', x: 0, y: 0 }
  }
  if (type === 'obj') {
    parts.expect(1, 20)
    return { position: readThings(parts.from(1)), x: 0, y: 0 }
  }
  parts.expect(1, 3)
  if (type === 'fp') {
    const [x, y] = [parts.number(1, { min: 0, max: 1 }), parts.number(2, { min: 0, max: 1 })]
    if (x === undefined || y === undefined) throw parts.invalid('must have two numbers from 0 to 1 behind fp')
    return { position: { x, y }, x: 0, y: 0 }
  }
  const place = names.find((known) => known === type)
  if (place === undefined) throw parts.invalid(`must have ${names.join(', ')}, sm, obj or fp as gravity`)
  const far = { min: -1_000_000, max: 1_000_000 }
  return { position: places[place], x: parts.number(1, far) ?? 0, y: parts.number(2, far) ?? 0 }
}

/** Names of things; all that is found without one, and for `all`. */
function readThings(parts: Arguments): GravityOption['position'] {
  const names = parts.all().filter((name) => name !== '')
  if (names.length === 0 || names.includes('all')) return 'subject'
  if (names.every((name) => name === 'face')) return 'faces'
  const things = names.flatMap((name): readonly Label[] => {
    const named = name === 'face' ? (['face'] as const) : thingsNamed(name)
    if (named === undefined) throw parts.invalid('must have face, all or things of COCO behind obj')
    return named
  })
  return { labels: things }
}

export function hasOffset({ x, y }: GravityOption): boolean {
  return x !== 0 || y !== 0
}

/** The nearest of the nine places, for what is laid and not cut. */
export function placeOf({ position }: GravityOption): Gravity {
  return gravities.find((place) => place === position) ?? 'center'
}

/** The offset as operations have it: shares below 1 in percent, pixels times `factor`, whole. */
export function offsetOf(offset: number, factor: number): number | string {
  return Math.abs(offset) < 1 ? percent(offset) : Math.round(offset * factor)
}

export interface Placed {
  readonly position: GravityOption['position']
  readonly offsetX?: number | string
  readonly offsetY?: number | string
}

/** Position and offsets of a cut. */
export function placed(gravity: GravityOption, factor: number): Placed {
  const { position, x, y } = gravity
  return {
    position,
    ...(x === 0 ? {} : { offsetX: offsetOf(x, factor) }),
    ...(y === 0 ? {} : { offsetY: offsetOf(y, factor) }),
  }
}
