/** Rounds the corners of the image: they become transparent, with smooth edges. */
import * as z from 'zod'
import type { Size } from '../geometry/size.ts'
import { defineOperation } from './define.ts'
import { real } from './parameters.ts'

/** Longer than any side: the largest radius that fits. */
const maxRadius = 1_000_000
const radius = () => real({ min: 0, max: maxRadius, unit: 'px' })
const corners = ['topLeft', 'topRight', 'bottomRight', 'bottomLeft'] as const

export const roundCorners = defineOperation({
  op: 'roundCorners',
  category: 'compose',
  revision: 1,
  summary: 'Round the corners; what is outside becomes transparent.',
  params: z.strictObject({
    radius: radius().default(0).describe('Radius of all corners; too large a one is reduced until it fits'),
    topLeft: radius().optional().describe('Radius of this corner instead'),
    topRight: radius().optional().describe('Radius of this corner instead'),
    bottomRight: radius().optional().describe('Radius of this corner instead'),
    bottomLeft: radius().optional().describe('Radius of this corner instead'),
  }),
  examples: [{ radius: 30 }, { radius: maxRadius }, { topLeft: 80, bottomRight: 80 }],
  normalise: (params) => {
    const radii = corners.map((corner) => params[corner] ?? params.radius)
    const [first = 0] = radii
    if (radii.every((radius) => radius === first)) return first === 0 ? undefined : { radius: first }
    const radius = corners.every((corner) => params[corner] !== undefined) ? 0 : params.radius
    const own = corners.filter((corner) => params[corner] !== undefined && params[corner] !== radius)
    return { radius, ...Object.fromEntries(own.map((corner) => [corner, params[corner]])) }
  },
  lower: (params, frame) => {
    const [topLeft = 0, topRight = 0, bottomRight = 0, bottomLeft = 0] = corners.map(
      (corner) => params[corner] ?? params.radius,
    )
    if (Math.max(topLeft, topRight, bottomRight, bottomLeft) === 0) return []
    const fit = fitFactor(frame, [topLeft, topRight, bottomRight, bottomLeft])
    const circle = (wanted: number) => ({ x: wanted * fit, y: wanted * fit })
    const { width, height } = frame
    return [
      {
        step: 'mask',
        left: 0,
        top: 0,
        width,
        height,
        corners: [circle(topLeft), circle(topRight), circle(bottomRight), circle(bottomLeft)],
      },
    ]
  },
})

/** Radii that overlap on a side are all reduced alike. Source: CSS Backgrounds 3 §4.5 */
function fitFactor(
  { width, height }: Size,
  [tl, tr, br, bl]: readonly [number, number, number, number],
): number {
  const share = (side: number, sum: number) => (sum === 0 ? 1 : side / sum)
  return Math.min(
    1,
    share(width, tl + tr),
    share(width, bl + br),
    share(height, tl + bl),
    share(height, tr + br),
  )
}
