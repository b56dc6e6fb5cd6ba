/**
 * From a coarse matte to an edge as fine as the picture's, found on a copy of at most 1024 px: hair needs the
 * picture's own pixels, but what tells hair from sky changes slowly. Only a band around the edge is looked at: inside
 * a striped shirt the stripes would become holes.
 */
import type { Placement, Size } from '@fovea/core/model'
import type { Matte } from '../pool/protocol.ts'
import { boxMeans } from './box-means.ts'
import { type EdgeColours, edgeColours, type Planes } from './edge-colours.ts'
import { guidedLines, type Lines } from './guided-filter.ts'
import { matteOn, spreadOf } from './matte.ts'

/** What a picture of any size is cut out by; row-major. */
export interface SoftEdge extends Size {
  /** What tells the subject from the picture's luma. */
  readonly lines: Lines
  /** On a copy of their own size. */
  readonly colours: EdgeColours
  /** 1 where the edge is near. */
  readonly isNear: Uint8Array
  /** The matte away from the edge, where it is 0 or 1 or nearly so. */
  readonly coarse: Float32Array
}

/** The filter's window, in parts of the longer side, and what counts as an edge: chosen by eye on hair and fur. */
const windowPart = 1 / 150
const epsilon = 1e-4
/** Fainter and stronger values of the matte are nothing and all: models leave a haze. */
const [faintest, strongest] = [0.08, 0.92]
/** A pixel whose surroundings are this sure is away from the edge. */
const sure = 0.01

interface SeenSubject {
  readonly matte: Matte
  readonly placement: Placement
  /** What may or may not belong to it does or does not: only its edge is soft. */
  readonly isSolid: boolean
}

/** @param rgb interleaved, 8 bit, of `size` */
export function softEdge(rgb: Uint8Array, size: Size, { matte, placement, isSolid }: SeenSubject): SoftEdge {
  const shares = matteOn(matte, placement, size)
  const mask = isSolid ? shares.map(decided) : shares
  const longest = Math.max(size.width, size.height)
  // A window smaller than a pixel of the matte sees no edge in it.
  const radius = Math.max(2, Math.round(longest * windowPart), Math.ceil(spreadOf(matte, placement, size)))
  const image = planesOf(rgb)
  const guide = luminance(image)
  const lines = guidedLines({ guide, mask }, size, { radius, epsilon })
  const coarse = mask.map(stretched)
  const around = boxMeans(coarse, size, 2 * radius)
  const isNear = new Uint8Array(mask.length)
  const alpha = new Float32Array(coarse)
  for (let at = 0; at < mask.length; at++) {
    const share = around[at] ?? 0
    if (share <= sure || share >= 1 - sure) continue
    isNear[at] = 1
    alpha[at] = stretched((lines.slope[at] ?? 0) * (guide[at] ?? 0) + (lines.offset[at] ?? 0))
  }
  return { ...size, lines, colours: edgeColours(image, alpha, size), isNear, coarse }
}

/** Steep enough that only a pixel or two of the matte lie between nothing and all. */
const steepness = 4

function decided(share: number): number {
  return Math.min(1, Math.max(0, (share - 0.5) * steepness + 0.5))
}

/** Of what the filter tells, and of the matte: 0–1. */
export function stretched(share: number): number {
  if (share <= faintest) return 0
  return share >= strongest ? 1 : (share - faintest) / (strongest - faintest)
}

/** Grey of values in any range. Source of the weights: ITU-R BT.601 */
export function lumaOf(r: number, g: number, b: number): number {
  return 0.299 * r + 0.587 * g + 0.114 * b
}

function luminance([red, green, blue]: Planes): Float32Array {
  return red.map((value, at) => lumaOf(value, green[at] ?? 0, blue[at] ?? 0))
}

function planesOf(rgb: Uint8Array): Planes {
  const count = rgb.length / 3
  const [red, green, blue] = [new Float32Array(count), new Float32Array(count), new Float32Array(count)]
  for (let at = 0, from = 0; from < rgb.length; at++, from += 3) {
    red[at] = (rgb[from] ?? 0) / 255
    green[at] = (rgb[from + 1] ?? 0) / 255
    blue[at] = (rgb[from + 2] ?? 0) / 255
  }
  return [red, green, blue]
}
