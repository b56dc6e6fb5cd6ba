/** Turns the image clockwise; quarter turns are exact, other angles grow the canvas. */
import * as z from 'zod'
import { toRgba } from '../geometry/color.ts'
import { foldAngle, rotatedSize } from '../geometry/turn.ts'
import type { Step } from '../steps/step.ts'
import { defineOperation } from './define.ts'
import { angle, color, transparent } from './parameters.ts'
import { withinLimits } from './size-limit.ts'

/** Folded angles that need no interpolation. */
const quarterTurns: ReadonlyMap<number, 1 | 2 | 3> = new Map([
  [90, 1],
  [180, 2],
  [270, 3],
])

export const rotate = defineOperation({
  op: 'rotate',
  category: 'geometry',
  revision: 1,
  summary: 'Turn the image clockwise.',
  params: z.strictObject({
    angle: angle().describe('Clockwise angle'),
    background: color()
      .default(transparent)
      .describe('Colour of the corners when the angle is not a quarter turn'),
  }),
  examples: [{ angle: 90 }, { angle: 12.5, background: 'white' }],
  normalise(params) {
    const angle = foldAngle(params.angle)
    if (angle === 0) return undefined
    return { angle, background: quarterTurns.has(angle) ? transparent : params.background }
  },
  lower({ angle: asked, background }, frame): readonly Step[] {
    const angle = foldAngle(asked)
    if (angle === 0) return []
    const quarters = quarterTurns.get(angle)
    if (quarters !== undefined) return [{ step: 'turn', quarters }]
    withinLimits(rotatedSize(frame, angle), frame, 'rotate')
    return [{ step: 'rotate', angle, background: toRgba(background) }]
  },
})
