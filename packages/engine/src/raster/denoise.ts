/**
 * A bilateral filter: each pixel becomes the mean of its neighbours, weighed by how near and how alike they are.
 * Source: Tomasi and Manduchi, Bilateral filtering for gray and color images, ICCV 1998
 *
 * The loops are written out and take nothing apart into lists: they run some hundred times for every pixel.
 */
import type { Step } from '@fovea/core/model'
import { type Pixels, type Samples, samples } from './pixels.ts'

/** Gaussian weights of every difference of two samples: look up `(difference >> shift) + middle`. */
interface Alike {
  readonly weights: Float64Array
  readonly shift: number
  readonly middle: number
}

/** Weights of the places of the window, row by row. */
interface Window {
  readonly radius: number
  readonly weights: Float64Array
}

/**
 * Weights are Gaussians: of the distance with radius / 1.5 as standard deviation, and of the root mean square of the
 * channels' differences with `tolerance`. Neighbours count by their alpha, so that no hidden colour comes out; alpha
 * stays. Pixels at the border have fewer neighbours.
 */
export function denoise(pixels: Pixels, { radius, tolerance }: Extract<Step, { step: 'denoise' }>): Pixels {
  const near = windowOf(radius)
  if (pixels.channels === 1) return denoiseGrey(pixels, near, alikeIn(pixels.data, tolerance))
  return denoiseColours(pixels, near, alikeIn(pixels.data, tolerance * Math.sqrt(3)))
}

function denoiseGrey({ data, width, height }: Pixels, near: Window, alike: Alike): Pixels {
  const made = samples(data, data.length)
  const { radius, weights } = near
  const { weights: likeness, shift, middle } = alike
  for (let y = 0, at = 0; y < height; y++) {
    const bottom = Math.min(height - 1, y + radius)
    for (let x = 0; x < width; x++, at++) {
      const right = Math.min(width - 1, x + radius)
      const left = Math.max(0, x - radius)
      const value = data[at] ?? 0
      let total = 0
      let sum = 0
      for (let row = Math.max(0, y - radius); row <= bottom; row++) {
        let from = row * width + left
        let place = (row - y + radius) * (2 * radius + 1) + left - x + radius
        for (let column = left; column <= right; column++, from++, place++) {
          const other = data[from] ?? 0
          const weight = (weights[place] ?? 0) * (likeness[((other - value) >> shift) + middle] ?? 0)
          total += weight
          sum += weight * other
        }
      }
      made[at] = sum / total + 0.5
    }
  }
  return { data: made, width, height, channels: 1 }
}

function denoiseColours({ data, width, height, channels }: Pixels, near: Window, alike: Alike): Pixels {
  const made = samples(data, data.length)
  const { radius, weights } = near
  const { weights: likeness, shift, middle } = alike
  const hasAlpha = channels === 4
  for (let y = 0, at = 0; y < height; y++) {
    const bottom = Math.min(height - 1, y + radius)
    for (let x = 0; x < width; x++, at += channels) {
      const right = Math.min(width - 1, x + radius)
      const left = Math.max(0, x - radius)
      const r = data[at] ?? 0
      const g = data[at + 1] ?? 0
      const b = data[at + 2] ?? 0
      let total = 0
      let reds = 0
      let greens = 0
      let blues = 0
      for (let row = Math.max(0, y - radius); row <= bottom; row++) {
        let from = (row * width + left) * channels
        let place = (row - y + radius) * (2 * radius + 1) + left - x + radius
        for (let column = left; column <= right; column++, from += channels, place++) {
          const red = data[from] ?? 0
          const green = data[from + 1] ?? 0
          const blue = data[from + 2] ?? 0
          const weight =
            (weights[place] ?? 0) *
            (likeness[((red - r) >> shift) + middle] ?? 0) *
            (likeness[((green - g) >> shift) + middle] ?? 0) *
            (likeness[((blue - b) >> shift) + middle] ?? 0) *
            (hasAlpha ? (data[from + 3] ?? 0) : 1)
          total += weight
          reds += weight * red
          greens += weight * green
          blues += weight * blue
        }
      }
      // Among pixels that nobody sees there is nothing to weigh.
      made[at] = total === 0 ? r : reds / total + 0.5
      made[at + 1] = total === 0 ? g : greens / total + 0.5
      made[at + 2] = total === 0 ? b : blues / total + 0.5
      if (hasAlpha) made[at + 3] = data[at + 3] ?? 0
    }
  }
  return { data: made, width, height, channels }
}

/** `sigma` as a share of the full range; 16-bit differences are told apart in steps of 16. */
function alikeIn(data: Samples, sigma: number): Alike {
  const isDeep = data instanceof Uint16Array
  const shift = isDeep ? 4 : 0
  const middle = isDeep ? 4096 : 255
  const weights = Float64Array.from({ length: 2 * middle + 1 }, (_, entry) =>
    Math.exp(-(((entry - middle) / middle) ** 2) / (2 * sigma ** 2)),
  )
  return { weights, shift, middle }
}

function windowOf(radius: number): Window {
  const side = 2 * radius + 1
  const sigma = radius / 1.5
  const weights = Float64Array.from({ length: side * side }, (_, place) => {
    const x = (place % side) - radius
    const y = Math.floor(place / side) - radius
    return Math.exp(-(x * x + y * y) / (2 * sigma ** 2))
  })
  return { radius, weights }
}
