/**
 * A dot screen: greys as black dots whose area tells how dark they are.
 *
 * Works on the sRGB values, so that a screen that is scaled down shows the grey it stands for. The picture is grey
 * already: red is what counts. Alpha stays.
 */
import type { Step } from '@fovea/core/model'
import { fullOf, type Pixels, samples } from './pixels.ts'

type Halftone = Extract<Step, { step: 'halftone' }>

/**
 * A dot is where the spot function ½ + ¼(cos u + cos v) passes a threshold: round dots on white in bright parts, round
 * holes in black in dark ones. Edges are as soft as a pixel is wide. The threshold for a grey is the one that leaves
 * its share of white on a plain of that grey.
 */
export function halftone(pixels: Pixels, step: Halftone): Pixels {
  const { data, width, height, channels } = pixels
  const full = fullOf(data)
  const made = samples(data, data.length)
  const screen = screenOf(step)
  const cuts = cutsOf(step)
  for (let y = 0, at = 0; y < height; y++) {
    screen.start(y)
    for (let x = 0; x < width; x++, at += channels) {
      const share = (data[at] ?? 0) / full
      const isEnd = share === 0 || share === 1
      const white = isEnd ? share : screen.whiteAt(cuts[Math.floor(share * shares + 0.5)] ?? 0)
      const value = white * full + 0.5
      made[at] = value
      if (channels > 1) {
        made[at + 1] = value
        made[at + 2] = value
      }
      if (channels === 4) made[at + 3] = data[at + 3] ?? 0
      screen.go()
    }
  }
  return { ...pixels, data: made }
}

/** A place on the screen that walks along a row, `stride` pixels at a time. */
interface Screen {
  start(y: number): void
  go(): void
  /** How white the pixel is, 0–1, when the spot is black above `cut`. */
  whiteAt(cut: number): number
}

function screenOf({ size, angle }: Halftone, stride = 1): Screen {
  const turn = (angle * Math.PI) / 180
  const alongX = (Math.cos(turn) * 2 * Math.PI) / size
  const alongY = (Math.sin(turn) * 2 * Math.PI) / size
  const slope = Math.PI / 2 / size
  // Where the spot is flat (tips of dots, saddles) a pixel still spans some of its height.
  const flat = (Math.PI / size) ** 2 / 4
  const u = wave(alongX * stride)
  const v = wave(-alongY * stride)
  return {
    start(y) {
      u.start(0.5 * alongX + (y + 0.5) * alongY)
      v.start((y + 0.5) * alongX - 0.5 * alongY)
    },
    go() {
      u.go()
      v.go()
    },
    whiteAt(cut) {
      const spot = 0.5 + (u.cos + v.cos) / 4
      const steep = slope * Math.sqrt(u.sin * u.sin + v.sin * v.sin) + flat
      return Math.min(1, Math.max(0, 0.5 + (cut - spot) / steep))
    },
  }
}

/** Sine and cosine of an angle that grows evenly, by turning a vector: a fifth of the price of computing them. */
function wave(by: number): { cos: number; sin: number; start(angle: number): void; go(): void } {
  const cosBy = Math.cos(by)
  const sinBy = Math.sin(by)
  return {
    cos: 1,
    sin: 0,
    start(angle) {
      this.cos = Math.cos(angle)
      this.sin = Math.sin(angle)
    },
    go() {
      const { cos, sin } = this
      this.cos = cos * cosBy - sin * sinBy
      this.sin = sin * cosBy + cos * sinBy
    },
  }
}

/** Greys are told apart in this many steps. */
const shares = 1024
/** Thresholds that are tried, and pixels a side that each is tried on. */
const trials = 192
const trialSide = 48

/** The frames of an animation ask for the same ones. */
let latest: { readonly size: number; readonly angle: number; readonly cuts: Float64Array } | undefined

function cutsOf(step: Halftone): Float64Array {
  if (latest?.size !== step.size || latest.angle !== step.angle) latest = { ...step, cuts: tryCuts(step) }
  return latest.cuts
}

/** The threshold for each share of white: tried out on a plain, because a screen of few pixels a dot is no formula. */
function tryCuts(step: Halftone): Float64Array {
  const stride = Math.max(1, Math.ceil((2 * step.size) / trialSide))
  const screen = screenOf(step, stride)
  // A pixel is all black or all white at the latest where the spot is this far from the threshold.
  const margin = (Math.PI / step.size) * 0.75 + (Math.PI / step.size) ** 2 / 8
  const cutAt = (trial: number) => -margin + (trial / (trials - 1)) * (1 + 2 * margin)
  const whites = new Float64Array(trials)
  for (let y = 0; y < trialSide; y++) {
    screen.start(y * stride)
    for (let x = 0; x < trialSide; x++, screen.go()) {
      for (let trial = 0; trial < trials; trial++) {
        whites[trial] = (whites[trial] ?? 0) + screen.whiteAt(cutAt(trial)) / trialSide ** 2
      }
    }
  }
  let trial = 1
  return Float64Array.from({ length: shares + 1 }, (_, share) => {
    while (trial < trials - 1 && (whites[trial] ?? 1) < share / shares) trial++
    const [low, high] = [whites[trial - 1] ?? 0, whites[trial] ?? 1]
    const part = high === low ? 0 : Math.min(1, Math.max(0, (share / shares - low) / (high - low)))
    return cutAt(trial - 1 + part)
  })
}
