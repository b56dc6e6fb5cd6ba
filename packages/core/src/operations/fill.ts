/**
 * What lies where the image does not: a colour, its own edge, or a blurred copy of it. Shared by every operation that
 * adds room around the image.
 */
import * as z from 'zod'
import type { Step } from '../steps/step.ts'
import { colorOf } from './background.ts'
import type { Frame } from './frame.ts'
import { backgroundColor, real, transparent } from './parameters.ts'

/** Sigma of the blurred copy where none is asked for: the longer side of the result by this. */
const softness = 40

export function fillParams() {
  return {
    background: backgroundColor().default(transparent).describe('Colour beside the image'),
    fill: z
      .enum(['color', 'copy', 'mirror', 'blur'])
      .default('color')
      .describe(
        'What lies beside the image: the colour, its outermost pixels, its reflection, a blurred copy',
      ),
    fillBlur: real({ min: 0.3, max: 1000, unit: 'px' })
      .optional()
      .describe('Sigma of the blurred copy; a fortieth of the longer side when absent'),
    fillOpacity: real({ min: 0, max: 1 })
      .default(1)
      .describe('How much of the blurred copy shows; the rest is background'),
  }
}

interface Fill {
  readonly background: string
  readonly fill: 'color' | 'copy' | 'mirror' | 'blur'
  readonly fillBlur?: number | undefined
  readonly fillOpacity: number
}

/** Pixels added on each side. */
export interface Margins {
  readonly top: number
  readonly right: number
  readonly bottom: number
  readonly left: number
}

/** The fill in its simplest spelling: what cannot be seen takes its default. */
export function normalFill({ background, fill, fillBlur, fillOpacity }: Fill): Fill {
  if (fill === 'blur' && fillOpacity > 0) return { background, fill, fillBlur, fillOpacity }
  const plain = { fillBlur: undefined, fillOpacity: 1 }
  const isColor = fill === 'color' || fill === 'blur'
  return isColor ? { ...plain, background, fill: 'color' } : { ...plain, background: transparent, fill }
}

/** The step that adds `margins` to an image of the frame's size. */
export function surround(margins: Margins, wanted: Fill, frame: Frame): Step {
  const { top, right, bottom, left } = margins
  const { background, fill, fillBlur, fillOpacity } = normalFill(wanted)
  const color = colorOf(background, frame)
  if (fill === 'color') return { step: 'extend', top, right, bottom, left, background: color }
  if (fill !== 'blur') return { step: 'extend', top, right, bottom, left, background: color, edges: fill }
  const longer = Math.max(frame.width + left + right, frame.height + top + bottom)
  const sigma = fillBlur ?? Math.max(1, longer / softness)
  return { step: 'backdrop', top, right, bottom, left, background: color, sigma, opacity: fillOpacity }
}
