/**
 * Where a smaller rectangle sits in a larger one.
 *
 * Rounding is sharp's: when the spare pixels are odd, a cut in the centre starts half up and an image placed in the
 * centre starts half down, so placing and then cutting do not give the same pixel.
 */
import { cocoLabels } from './coco.ts'
import type { Size } from './size.ts'
import type { Subject } from './subject.ts'
import { subjectOffset } from './subject-cut.ts'

export const gravities = [
  'center',
  'top',
  'bottom',
  'left',
  'right',
  'top-left',
  'top-right',
  'bottom-left',
  'bottom-right',
] as const
export type Gravity = (typeof gravities)[number]

/** Strategies that look at the pixels; the engine finds the place. */
export const strategies = ['attention', 'entropy'] as const
export type Strategy = (typeof strategies)[number]

/** What models look for: faces alone, or whatever the picture is about. */
export const sightings = ['faces', 'subject'] as const
/** What they know by name. */
export const labels = ['face', ...cocoLabels] as const
export type Label = (typeof labels)[number]
export type Sighting = (typeof sightings)[number] | { readonly labels: Label[] }

/** The point a cut should have in its middle, as parts of the image's sides, 0–1 from the left and the top. */
export interface FocalPoint {
  readonly x: number
  readonly y: number
}

/** Where a cut lies, as far as numbers decide it: at a place, around a point, or around what was found, at least one. */
export type Place = Gravity | FocalPoint | { readonly subjects: readonly Subject[] }

export type Position = Place | Strategy

export interface Offset {
  readonly left: number
  readonly top: number
}

/**
 * Top left corner of the cut `inner` out of `outer`; centred coordinates are rounded half up.
 * A cut around a focal point or subjects that would pass an edge stops there.
 */
export function cutOffset(outer: Size, inner: Size, place: Place): Offset {
  if (typeof place === 'object' && 'subjects' in place) return subjectOffset(outer, inner, place.subjects)
  if (typeof place === 'string') return offset(outer, inner, place, (spare) => Math.ceil(spare / 2))
  return {
    left: around(place.x, outer.width, inner.width),
    top: around(place.y, outer.height, inner.height),
  }
}

/** Top left corner of `inner` placed on the canvas `outer`; centred coordinates are rounded down. */
export function placeOffset(outer: Size, inner: Size, gravity: Gravity): Offset {
  return offset(outer, inner, gravity, (spare) => Math.floor(spare / 2))
}

export function isStrategy(position: string | object): position is Strategy {
  return typeof position === 'string' && (strategies as readonly string[]).includes(position)
}

export function isSighting(position: unknown): position is Sighting {
  if (typeof position === 'object') return position !== null && 'labels' in position
  return typeof position === 'string' && (sightings as readonly string[]).includes(position)
}

/** Start of `inner` px with the point `at` (0–1 of `outer`) in its middle, rounded half up and kept inside. */
function around(at: number, outer: number, inner: number): number {
  const start = Math.floor(at * outer - inner / 2 + 0.5)
  return Math.min(Math.max(0, start), outer - inner)
}

function offset(outer: Size, inner: Size, gravity: Gravity, half: (spare: number) => number): Offset {
  const spareX = outer.width - inner.width
  const spareY = outer.height - inner.height
  return {
    left: gravity.endsWith('left') ? 0 : gravity.endsWith('right') ? spareX : half(spareX),
    top: gravity.startsWith('top') ? 0 : gravity.startsWith('bottom') ? spareY : half(spareY),
  }
}
