/**
 * Parameter types that operations share: range, unit and normal form in one place.
 *
 * Ranges mirror the engine's, so bad input is a 4xx before any pixel. Reals are rounded to 4 decimals and colours
 * become `#rrggbbaa` while parsing: what is keyed is exactly what is drawn.
 */
import * as z from 'zod'
import { readColor } from '../geometry/color.ts'
import {
  type Gravity,
  gravities,
  isSighting,
  labels,
  type Position,
  type Sighting,
  sightings,
  strategies,
} from '../geometry/gravity.ts'
import type { Subject } from '../geometry/subject.ts'
import { foldAngle } from '../geometry/turn.ts'
import type { Kernel } from '../steps/step.ts'
import type { Facts, Frame } from './frame.ts'

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
  return colorText(readColor, 'must be a CSS colour: a name, #rgb, #rrggbb, #rrggbbaa, rgb() or hsl()').meta({
    unit: 'css-color',
  })
}

/** A colour, or the word `dominant` for the colour most of the image has; see `background.ts`. */
export function backgroundColor() {
  const read = (css: string) => (css.trim().toLowerCase() === dominant ? dominant : readColor(css))
  return colorText(
    read,
    'must be a CSS colour (a name, #rgb, #rrggbb, #rrggbbaa, rgb() or hsl()) or dominant',
  ).meta({
    unit: 'css-color or dominant',
  })
}

function colorText(read: (css: string) => string | undefined, rule: string) {
  return z.string().transform((css, context) => {
    const canonical = read(css)
    if (canonical !== undefined) return canonical
    context.issues.push({ code: 'custom', message: rule, input: css })
    return z.NEVER
  })
}

/** The image's own focal point where it has one, else the centre: the place of a cut that names none. */
export const focalPoint = 'focal-point'

/** Nine places, two strategies, two sightings, the image's focal point, a point, or things by their names. */
export function position() {
  const places = [...gravities, ...strategies, ...sightings, focalPoint] as const
  const share = () => real({ min: 0, max: 1 })
  const offset = () => z.int().min(0).max(maxPixels)
  return z
    .union(
      [
        z.enum(places),
        z.strictObject({ x: share(), y: share() }),
        z.strictObject({ left: offset(), top: offset() }),
        z.strictObject({ labels: namesOfThings() }),
      ],
      {
        error: `must be one of ${places.join(', ')}, a point { x, y } of 0–1 from the top left, a pixel { left, top }, or { labels } with words such as face, dog or potted plant`,
      },
    )
    .meta({ unit: 'place' })
}

/** Names of what models know, in any order and as often as one likes: each once, sorted, after parsing. */
export function namesOfThings() {
  return z
    .array(z.enum(labels))
    .refine((names) => names.length > 0, { error: 'must have a word in labels at least' })
    .overwrite((names) => [...new Set(names)].sort())
}

/** A position as written: a point may be given by its pixel, and what a model finds by a word. */
export type PositionParameter =
  | Exclude<Position, { readonly subjects: unknown }>
  | Sighting
  | typeof focalPoint
  | { readonly left: number; readonly top: number }

/** Facts that a position asks for. */
export function positionNeeds(position: PositionParameter): readonly (keyof Facts)[] {
  if (position === 'faces') return ['faces']
  return isSighting(position) ? ['subjects'] : []
}

/**
 * What a place means on a frame. Pixels become parts of its sides; what lies outside is moved to the edge. A word for
 * what models find becomes what they found, and the place that draws the eye where they found nothing.
 */
export function positionIn(
  position: PositionParameter,
  { width, height, facts, focalPoint: own }: Pick<Frame, 'width' | 'height' | 'facts' | 'focalPoint'>,
): Position {
  if (position === focalPoint) return own ?? 'center'
  if (isSighting(position)) {
    const seen = position === 'faces' ? facts.faces : facts.subjects
    if (seen === undefined) throw new TypeError(`lowered without a fact: ${positionNeeds(position)}`)
    const subjects = typeof position === 'string' ? seen : seen.filter(isNamed(position.labels))
    return subjects.length === 0 ? 'attention' : { subjects }
  }
  if (typeof position === 'string' || 'x' in position) return position
  return { x: Math.min(1, position.left / width), y: Math.min(1, position.top / height) }
}

export function isNamed(names: readonly string[]): (subject: Subject) => boolean {
  return ({ kind, label }) => names.includes(kind === 'face' ? kind : (label ?? ''))
}

/** The word for a point where there is one: the middle of the image is its centre. */
export function plainPosition(position: PositionParameter): PositionParameter {
  if (typeof position === 'string' || !('x' in position)) return position
  const [x, y] = [roundReal(position.x), roundReal(position.y)]
  return placeNames[`${x} ${y}`] ?? { x, y }
}

const placeNames: Readonly<Record<string, Gravity>> = {
  '0.5 0.5': 'center',
  '0.5 0': 'top',
  '0.5 1': 'bottom',
  '0 0.5': 'left',
  '1 0.5': 'right',
  '0 0': 'top-left',
  '1 0': 'top-right',
  '0 1': 'bottom-left',
  '1 1': 'bottom-right',
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
/** The word that stands for a colour found in the image. */
export const dominant = 'dominant'
