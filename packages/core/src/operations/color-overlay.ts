/** Lays a colour, or a gradient of two, over the image. */
import * as z from 'zod'
import { toRgba } from '../geometry/color.ts'
import { blendModes } from '../steps/blend.ts'
import { defineOperation } from './define.ts'
import { angle, color, real } from './parameters.ts'

/** From top to bottom. */
const downwards = 180

export const colorOverlay = defineOperation({
  op: 'colorOverlay',
  category: 'compose',
  revision: 1,
  summary: 'Lay a colour or a gradient over the image.',
  params: z.strictObject({
    color: color().describe('The colour; where a gradient begins'),
    to: color().optional().describe('Where the gradient ends'),
    angle: angle()
      .default(downwards)
      .describe('Direction of the gradient: 0 to the top, 90 to the right, as in CSS'),
    opacity: real({ min: 0, max: 1 }).default(1).describe('How much of it shows; nothing at 0'),
    blend: z.enum(blendModes).default('normal').describe('How the colours meet the image’s'),
  }),
  examples: [
    { color: '#1b6cff', blend: 'overlay', opacity: 0.7 },
    { color: '#00000000', to: '#000000b0', blend: 'multiply' },
  ],
  normalise: (params) => {
    const { color, to = color } = params
    if (params.opacity === 0 || (isClear(color) && isClear(to))) return undefined
    if (to !== color) return params
    const { to: _, ...plain } = params
    return { ...plain, angle: downwards }
  },
  lower: ({ color, to = color, angle, opacity, blend }) =>
    opacity === 0 || (isClear(color) && isClear(to))
      ? []
      : [{ step: 'wash', from: toRgba(color), to: toRgba(to), angle, opacity, blend }],
})

function isClear(color: string): boolean {
  return color.endsWith('00')
}
