/** The image over a blurred copy of itself that fills the room around it. */
import { cutOffset, fitSizes, type Rgba, roundSide, type Size, type Step } from '@fovea/core/model'
import { fullOf, type Pixels, samples, withChannels } from './pixels.ts'

type Backdrop = Extract<Step, { step: 'backdrop' }>

/**
 * Sigmas that the copy is blurred with after it was made smaller, px. At these libvips keeps plain areas as they are; at
 * some others its 8-bit kernel makes them up to 4 values darker.
 */
const exactSigmas = [8, 4, 2, 1] as const
/** Least side of the small copy, px. */
const smallestSide = 4

/** Steps that make the copy: it covers the whole canvas, its middle is the image's. */
export function backdropSteps(step: Backdrop, image: Size): readonly Step[] {
  const width = image.width + step.left + step.right
  const height = image.height + step.top + step.bottom
  const sigma = exactSigmas.find((exact) => exact <= step.sigma) ?? step.sigma
  const scale = sigma / step.sigma
  const shrunk = (side: number) => Math.min(side, Math.max(smallestSide, roundSide(side * scale)))
  const small = { width: shrunk(width), height: shrunk(height) }
  const { whole } = fitSizes(image, small, { fit: 'cover', upscale: true, downscale: true })
  return [
    { step: 'resize', ...whole, kernel: 'linear' },
    { step: 'extract', ...cutOffset(whole, small, 'center'), ...small },
    { step: 'blur', sigma },
    { step: 'resize', width, height, kernel: 'cubic' },
  ]
}

/** `image` over `opacity` of `copy` over the colour: what source-over composition makes, on straight alpha. */
export function layOver(image: Pixels, copy: Pixels, step: Backdrop): Pixels {
  const channels = image.channels === 4 || (step.opacity < 1 && step.background.alpha < 1) ? 4 : 3
  const [over, under] = [withChannels(image, channels), withChannels(copy, channels)]
  return channels === 4 ? composed(over, under, step) : pasted(over, under, step)
}

/** Nothing shows through the image: its rows replace those of the ground. */
function pasted(over: Pixels, under: Pixels, { left, top, opacity, background }: Backdrop): Pixels {
  const { data, width } = under
  const made = data.slice()
  if (opacity < 1) {
    const colour = channelsOf(background, fullOf(data))
    for (let at = 0; at < made.length; at++) {
      made[at] = opacity * (data[at] ?? 0) + (1 - opacity) * (colour[at % 3] ?? 0) + 0.5
    }
  }
  const row = over.width * 3
  for (let y = 0; y < over.height; y++) {
    made.set(over.data.subarray(y * row, (y + 1) * row), ((y + top) * width + left) * 3)
  }
  return { ...under, data: made }
}

function composed(over: Pixels, under: Pixels, { left, top, opacity, background }: Backdrop): Pixels {
  const { width, height } = under
  const full = fullOf(under.data)
  const colour = channelsOf(background, full)
  const made = samples(under.data, width * height * 4)
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 4) {
      const isInside = x >= left && y >= top && x < left + over.width && y < top + over.height
      const from = isInside ? ((y - top) * over.width + x - left) * 4 : -4
      const above = (over.data[from + 3] ?? 0) / full
      const copied = (opacity * (under.data[at + 3] ?? 0) * (1 - above)) / full
      const painted = background.alpha * (1 - above - copied)
      const alpha = above + copied + painted
      if (alpha === 0) continue
      for (let channel = 0; channel < 3; channel++) {
        const sum =
          above * (over.data[from + channel] ?? 0) +
          copied * (under.data[at + channel] ?? 0) +
          painted * (colour[channel] ?? 0)
        made[at + channel] = Math.min(full, sum / alpha) + 0.5
      }
      made[at + 3] = Math.min(full, alpha * full) + 0.5
    }
  }
  return { ...under, data: made }
}

function channelsOf({ r, g, b }: Rgba, full: number): readonly number[] {
  return [r, g, b].map((value) => (value * full) / 255)
}
