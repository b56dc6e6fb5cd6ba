/** Rounds the corners of the image: they become transparent, with smooth edges. */
import * as z from 'zod'
import { cornersOf, isSquare, maxRadius, radius } from './corners.ts'
import { defineOperation } from './define.ts'

const corners = ['topLeft', 'topRight', 'bottomRight', 'bottomLeft'] as const

export const roundCorners = defineOperation({
  op: 'roundCorners',
  category: 'compose',
  revision: 1,
  summary: 'Round the corners; what is outside becomes transparent.',
  params: z.strictObject({
    radius: radius()
      .default(0)
      .describe('Radius of all corners, percent of both sides; too large a one is reduced until it fits'),
    topLeft: radius().optional().describe('Radius of this corner instead'),
    topRight: radius().optional().describe('Radius of this corner instead'),
    bottomRight: radius().optional().describe('Radius of this corner instead'),
    bottomLeft: radius().optional().describe('Radius of this corner instead'),
  }),
  examples: [{ radius: 30 }, { radius: maxRadius }, { radius: '50%' }, { topLeft: 80, bottomRight: 80 }],
  normalise: (params) => {
    const radii = corners.map((corner) => params[corner] ?? params.radius)
    const [first = 0] = radii
    if (radii.every((radius) => radius === first)) return isSquare(first) ? undefined : { radius: first }
    const radius = corners.every((corner) => params[corner] !== undefined) ? 0 : params.radius
    const own = corners.filter((corner) => params[corner] !== undefined && params[corner] !== radius)
    return { radius, ...Object.fromEntries(own.map((corner) => [corner, params[corner]])) }
  },
  lower: (params, frame) => {
    const [topLeft = 0, topRight = 0, bottomRight = 0, bottomLeft = 0] = corners.map(
      (corner) => params[corner] ?? params.radius,
    )
    const radii = [topLeft, topRight, bottomRight, bottomLeft] as const
    if (radii.every(isSquare)) return []
    const { width, height } = frame
    return [{ step: 'mask', left: 0, top: 0, width, height, corners: cornersOf(radii, frame) }]
  },
})
