/** Turns the image clockwise; quarter turns are exact, other angles grow the canvas. */
import * as z from 'zod'
import { cutOffset } from '../geometry/gravity.ts'
import { sameSize } from '../geometry/size.ts'
import { foldAngle, innerSize, rotatedSize } from '../geometry/turn.ts'
import type { Step } from '../steps/step.ts'
import { backgroundNeeds, colorOf } from './background.ts'
import { defineOperation } from './define.ts'
import type { Frame } from './frame.ts'
import { angle, backgroundColor, transparent } from './parameters.ts'
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
    background: backgroundColor()
      .default(transparent)
      .describe('Colour of the corners when the angle is not a quarter turn'),
    corners: z
      .enum(['grow', 'zoom'])
      .default('grow')
      .describe('At other angles: the canvas grows, or the image is enlarged until no corner is empty'),
  }),
  examples: [{ angle: 90 }, { angle: 12.5, background: 'white' }, { angle: -4, corners: 'zoom' }],
  needs: backgroundNeeds,
  normalise(params) {
    const angle = foldAngle(params.angle)
    if (angle === 0) return undefined
    const isQuarter = quarterTurns.has(angle)
    const corners = isQuarter ? 'grow' : params.corners
    return { angle, corners, background: isQuarter || corners === 'zoom' ? transparent : params.background }
  },
  lower({ angle: asked, background, corners }, frame): readonly Step[] {
    const angle = foldAngle(asked)
    if (angle === 0) return []
    const quarters = quarterTurns.get(angle)
    if (quarters !== undefined) return [{ step: 'turn', quarters }]
    withinLimits(rotatedSize(frame, angle), frame, 'rotate')
    if (corners === 'zoom') return zoomed(angle, frame)
    return [{ step: 'rotate', angle, background: colorOf(background, frame) }]
  },
})

/**
 * The rotated image without its corners, enlarged to the size it had. A pixel is left away on each side, where the
 * edge is mixed with what lies beyond it.
 */
function zoomed(angle: number, frame: Frame): readonly Step[] {
  const canvas = rotatedSize(frame, angle)
  const whole = innerSize(frame, angle)
  const inner = { width: Math.max(1, whole.width - 2), height: Math.max(1, whole.height - 2) }
  const { width, height } = frame
  const size: readonly Step[] = sameSize(inner, frame)
    ? []
    : [{ step: 'resize', width, height, kernel: 'lanczos3' }]
  return [
    { step: 'rotate', angle, background: frame.hasAlpha ? clear : white },
    { step: 'extract', ...cutOffset(canvas, inner, 'center'), ...inner },
    ...size,
  ]
}

const clear = { r: 0, g: 0, b: 0, alpha: 0 }
/** Opaque, so that an image without alpha stays so. */
const white = { r: 255, g: 255, b: 255, alpha: 1 }
