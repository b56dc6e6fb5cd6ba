/**
 * SSIMULACRA 2: how a picture looks beside its original, as people rated compressed pictures. 100 is identical, 90
 * cannot be told apart, 70 is high, 50 medium and 30 low quality; far below 0 it is another picture.
 *
 * Six scales, three channels of XYB, three kinds of error: lost structure (SSIM without its gamma term), edges that
 * were not there, and detail that is gone; each as mean and as 4-norm, weighted. What belongs to the original is
 * computed once. About 0.3 s a megapixel of CPU for a comparison.
 * Source: the description and constants published with the metric (J. Sneyers, version 2.1); written from them.
 */
import { blurred } from './gaussian.ts'
import { scoreOf, weights } from './ssimulacra2-weights.ts'
import { halved, linearPlanes, type Picture, type Plane, type Planes, xybOf } from './xyb.ts'

const scales = 6
/** No scale is smaller. */
const leastSide = 8
/** Keeps the quotient of variances finite; the metric's own. */
const stabiliser = 0.0009

/** One channel of the original at one scale. */
interface Known {
  readonly plane: Plane
  readonly mean: Plane
  readonly square: Plane
}

interface KnownScale {
  readonly width: number
  readonly height: number
  readonly channels: readonly Known[]
}

export class Original {
  readonly #picture: Picture
  readonly #scales: readonly KnownScale[]

  constructor(picture: Picture) {
    this.#picture = picture
    this.#scales = pyramid(picture).map(({ width, height, planes }) => ({
      width,
      height,
      channels: planes.map((plane) => ({
        plane,
        mean: blurred(plane, width, height),
        square: blurred(product(plane, plane), width, height),
      })),
    }))
  }

  /** Score of another picture of the same size. @throws TypeError for another size */
  score(other: Picture): number {
    if (other.width !== this.#picture.width || other.height !== this.#picture.height)
      throw new TypeError('pictures of different sizes cannot be compared')
    let sum = 0
    for (const [scale, { width, height, planes }] of pyramid(other).entries()) {
      for (const [channel, plane] of planes.entries()) {
        const known = this.#scales[scale]?.channels[channel]
        const weight = weights[channel]?.[scale]
        if (known === undefined || weight === undefined) continue
        const errors = errorsOf(known, plane, width, height)
        for (const [index, error] of errors.entries()) sum += (weight[index] ?? 0) * error
      }
    }
    return scoreOf(sum)
  }
}

function pyramid(picture: Picture): readonly Planes[] {
  const made: Planes[] = []
  let linear = linearPlanes(picture)
  for (let scale = 0; scale < scales; scale++) {
    if (scale > 0) linear = halved(linear)
    if (scale > 0 && Math.min(linear.width, linear.height) < leastSide) break
    made.push(xybOf(linear))
  }
  return made
}

/** Mean of structure, added and lost, then their 4-norms. */
function errorsOf({ plane, mean, square }: Known, other: Plane, width: number, height: number): number[] {
  const otherMean = blurred(other, width, height)
  const otherSquare = blurred(product(other, other), width, height)
  const cross = blurred(product(plane, other), width, height)
  const count = width * height
  let [structure, structure4, added, added4, lost, lost4] = [0, 0, 0, 0, 0, 0]
  for (let at = 0; at < count; at++) {
    const [m1, m2] = [mean[at] ?? 0, otherMean[at] ?? 0]
    const likeness = 1 - (m1 - m2) * (m1 - m2)
    const covariance = 2 * ((cross[at] ?? 0) - m1 * m2) + stabiliser
    const variances = (square[at] ?? 0) - m1 * m1 + ((otherSquare[at] ?? 0) - m2 * m2) + stabiliser
    const difference = Math.max(0, 1 - (likeness * covariance) / variances)
    structure += difference
    structure4 += fourth(difference)
    const edge = (1 + Math.abs((other[at] ?? 0) - m2)) / (1 + Math.abs((plane[at] ?? 0) - m1)) - 1
    if (edge > 0) {
      added += edge
      added4 += fourth(edge)
    } else {
      lost -= edge
      lost4 += fourth(edge)
    }
  }
  const norm = (sum: number) => (sum / count) ** 0.25
  return [structure / count, added / count, lost / count, norm(structure4), norm(added4), norm(lost4)]
}

/** Much faster than the power operator, which takes a real exponent. */
function fourth(value: number): number {
  const square = value * value
  return square * square
}

function product(a: Plane, b: Plane): Plane {
  const out = new Float32Array(a.length)
  for (let at = 0; at < out.length; at++) out[at] = (a[at] ?? 0) * (b[at] ?? 0)
  return out
}
