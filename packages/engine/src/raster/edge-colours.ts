/**
 * What colour the subject has where its edge lets the background through: the edge of a cut-out must not bring a
 * fringe of the old background along.
 *
 * Colours of both sides are spread over the edge, first from far, then from near. They change slowly, so a copy of
 * half the size will do.
 * Source: Forte, "Approximate Fast Foreground Colour Estimation" (ICIP 2021), "blur fusion" twice
 */
import type { Size } from '@fovea/core/model'
import { boxMeans } from './box-means.ts'

/** Values of red, green and blue, 0–1, row-major. */
export type Planes = readonly [Float32Array, Float32Array, Float32Array]

/** Colours of both sides around each pixel; mixed with {@link subjectColour}. */
export interface EdgeColours extends Size {
  readonly subject: Planes
  readonly background: Planes
}

/** Radii in parts of the longer side. */
const far = 1 / 12
const near = 1 / 160
/** Where nothing of a side is in the window, no colour is sure. */
const least = 1e-5

export function edgeColours(image: Planes, alpha: Float32Array, whole: Size): EdgeColours {
  const size = { width: Math.ceil(whole.width / 2), height: Math.ceil(whole.height / 2) }
  const small = (values: Float32Array) => halved(values, whole, size)
  const share = small(alpha)
  const longest = Math.max(size.width, size.height)
  const windows = [far, near].map((part) => {
    const radius = Math.max(1, Math.round(part * longest))
    return { radius, share: boxMeans(share, size, radius) }
  })
  const [red, green, blue] = image.map((plane) => fused(small(plane), share, { size, windows })) as [
    ChannelColours,
    ChannelColours,
    ChannelColours,
  ]
  return {
    ...size,
    subject: [red.subject, green.subject, blue.subject],
    background: [red.background, green.background, blue.background],
  }
}

interface ChannelColours {
  readonly subject: Float32Array
  readonly background: Float32Array
}

interface Spreading {
  readonly size: Size
  /** With the share of the subject in each. */
  readonly windows: readonly { readonly radius: number; readonly share: Float32Array }[]
}

/** Of a pixel that shows `alpha` of the subject; all 0–1. */
export function subjectColour(value: number, alpha: number, subject: number, background: number): number {
  const colour = subject + alpha * (value - alpha * subject - (1 - alpha) * background)
  return colour < 0 ? 0 : colour > 1 ? 1 : colour
}

function fused(plane: Float32Array, alpha: Float32Array, { size, windows }: Spreading): ChannelColours {
  let guess = { subject: plane, background: plane }
  let spread = guess
  for (const { radius, share } of windows) {
    const mine = new Float32Array(plane.length)
    const other = new Float32Array(plane.length)
    for (let at = 0; at < plane.length; at++) {
      const weight = alpha[at] ?? 0
      mine[at] = (guess.subject[at] ?? 0) * weight
      other[at] = (guess.background[at] ?? 0) * (1 - weight)
    }
    const [subject, background] = [boxMeans(mine, size, radius), boxMeans(other, size, radius)]
    const colours = new Float32Array(plane.length)
    for (let at = 0; at < plane.length; at++) {
      const part = share[at] ?? 0
      subject[at] = (subject[at] ?? 0) / (part + least)
      background[at] = (background[at] ?? 0) / (1 - part + least)
      colours[at] = subjectColour(plane[at] ?? 0, alpha[at] ?? 0, subject[at] ?? 0, background[at] ?? 0)
    }
    spread = { subject, background }
    guess = { subject: colours, background }
  }
  return spread
}

/** Means of four; at an odd edge of two or one. */
function halved(values: Float32Array, whole: Size, size: Size): Float32Array {
  const made = new Float32Array(size.width * size.height)
  for (let y = 0, at = 0; y < size.height; y++) {
    const upper = 2 * y * whole.width
    const lower = Math.min(2 * y + 1, whole.height - 1) * whole.width
    for (let x = 0; x < size.width; x++, at++) {
      const left = 2 * x
      const right = Math.min(left + 1, whole.width - 1)
      made[at] =
        ((values[upper + left] ?? 0) +
          (values[upper + right] ?? 0) +
          (values[lower + left] ?? 0) +
          (values[lower + right] ?? 0)) /
        4
    }
  }
  return made
}
