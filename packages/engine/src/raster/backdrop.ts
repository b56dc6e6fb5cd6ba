/** The image over a blurred copy of itself that fills the room around it. */
import { cutOffset, fitSizes, roundSide, type Size, type Step } from '@fovea/core'
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
export function layOver(image: Pixels, copy: Pixels, { left, top, opacity, background }: Backdrop): Pixels {
  const channels = image.channels === 4 || (opacity < 1 && background.alpha < 1) ? 4 : 3
  const [over, under] = [withChannels(image, channels), withChannels(copy, channels)]
  const { width, height } = under
  const full = fullOf(image.data)
  const colour = [background.r, background.g, background.b].map((value) => (value * full) / 255)
  const made = samples(image.data, width * height * channels)
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += channels) {
      const isInside = x >= left && y >= top && x < left + image.width && y < top + image.height
      const from = isInside ? ((y - top) * image.width + x - left) * channels : -1
      const above = from < 0 ? 0 : channels === 4 ? (over.data[from + 3] ?? 0) / full : 1
      const copied = opacity * (channels === 4 ? (under.data[at + 3] ?? 0) / full : 1) * (1 - above)
      const painted = background.alpha * (1 - above - copied)
      const alpha = above + copied + painted
      for (let channel = 0; channel < 3; channel++) {
        const sum =
          above * (over.data[from + channel] ?? 0) +
          copied * (under.data[at + channel] ?? 0) +
          painted * (colour[channel] ?? 0)
        made[at + channel] = alpha === 0 ? 0 : Math.min(full, sum / alpha) + 0.5
      }
      if (channels === 4) made[at + 3] = Math.min(full, alpha * full) + 0.5
    }
  }
  return { data: made, width, height, channels }
}
