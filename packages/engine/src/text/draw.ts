/**
 * Draws text over pixels: laid out and rasterised once, then laid over every frame or every place.
 *
 * @see docs/adr/0008-text.md
 */
import type { Size, TextStep } from '@fovea/core/model'
import { composite } from '../raster/blend.ts'
import type { Pixels } from '../raster/pixels.ts'
import { drawingInDisplayP3 } from '../sharp/display-p3.ts'
import type { WorkingSpace } from '../sharp/profiles.ts'
import { sharp } from '../sharp/setup.ts'
import { inkOf, placeText, visible } from './ink.ts'
import { layOut } from './layout.ts'
import { svgOf } from './svg.ts'

/** A picture of text, and where it goes. */
export interface TextLayer {
  readonly pixels: Pixels
  readonly left: number
  readonly top: number
  readonly opacity: number
  /** From copy to copy; absent for one. */
  readonly every?: { readonly x: number; readonly y: number }
}

/** Least distance between copies, px: bounds their number. */
const leastStep = 16

/** The text as a picture over a frame of this size, in this space; `undefined` when nothing of it shows. */
export async function drawText(
  step: TextStep,
  frame: Size,
  space: WorkingSpace = 'srgb',
): Promise<TextLayer | undefined> {
  const layout = await layOut(step)
  const placement = placeText(layout, step, frame)
  const ink = inkOf(layout, step, placement)
  if (ink === undefined) return undefined
  const isRepeated = step.gap !== undefined
  // A copy larger than the frame is drawn as far as one frame goes.
  const view = isRepeated
    ? { ...ink, width: Math.min(ink.width, frame.width), height: Math.min(ink.height, frame.height) }
    : visible(ink, frame)
  if (view === undefined) return undefined
  const svg = svgOf({ layout, step, placement, view })
  const { data, info } = await sharp(Buffer.from(svg), { limitInputPixels: false })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  const pixels: Pixels = {
    data: space === 'p3' ? drawingInDisplayP3(data) : data,
    width: info.width,
    height: info.height,
    channels: 4,
  }
  const layer = { pixels, left: view.left, top: view.top, opacity: step.opacity }
  if (step.gap === undefined) return layer
  const { bounds } = placement
  return {
    ...layer,
    every: {
      x: Math.max(leastStep, view.width, bounds.width + step.gap),
      y: Math.max(leastStep, view.height, bounds.height + step.gap),
    },
  }
}

/** The picture with the layer over it. */
export function withText(base: Pixels, { pixels, left, top, opacity, every }: TextLayer): Pixels {
  return composite(base, pixels, { left, top, opacity, mode: 'normal', every })
}
