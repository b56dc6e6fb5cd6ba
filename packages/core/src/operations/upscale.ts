/**
 * Enlarges with a network that draws what a small picture lost, mixed with the exact enlargement: what it draws is
 * crisp and believable, and not what was there.
 */
import * as z from 'zod'
import type { Size } from '../geometry/size.ts'
import { problem } from '../problem/index.ts'
import { defineOperation } from './define.ts'
import type { Frame } from './frame.ts'
import { pixels, real } from './parameters.ts'
import { withinLimits } from './size-limit.ts'

/** CPU of a pixel of the source, ms: what the best model takes, on one core of an ordinary server. */
export const upscalingMs = 0.08

export const upscale = defineOperation({
  op: 'upscale',
  category: 'ai',
  revision: 1,
  summary: 'Enlarge the image with details drawn by a model.',
  params: z
    .strictObject({
      factor: z.literal([2, 3, 4]).optional().describe('How many times as wide and high'),
      width: pixels()
        .optional()
        .describe(
          'In place of a factor: as many times as makes the image this wide, at most 4; an image that is stays as it is',
        ),
      height: pixels().optional().describe('The same for its height'),
      detail: real({ min: 0, max: 1 })
        .default(0.5)
        .describe('How much of the drawn details shows: 0 the exact enlargement, 0.3 faithful, 1 crisp'),
      maxPixels: pixels({ max: 1_000_000_000 })
        .optional()
        .describe('An image of more pixels, in all its frames together, stays as it is'),
    })
    .refine(
      ({ factor, width, height }) => (factor === undefined) !== (width === undefined && height === undefined),
      { path: ['factor'], error: 'must stand alone, or give way to a width, a height or both' },
    ),
  examples: [{ factor: 2 }, { factor: 4, detail: 0.3 }, { width: 1600, maxPixels: 250_000 }],
  models: ({ detail }) => (detail === 0 ? [] : ['upscale']),
  lower({ factor: asked, width, height, detail, maxPixels = Number.POSITIVE_INFINITY }, frame) {
    const factor = asked ?? factorFor({ width: width ?? 1, height: height ?? 1 }, frame)
    if (factor === 1 || frame.width * frame.height * frame.pages > maxPixels) return []
    const size = { width: frame.width * factor, height: frame.height * factor }
    withinLimits(size, frame, 'upscale')
    if (detail === 0) return [{ step: 'resize', ...size, kernel: 'lanczos3' }]
    checkTime(frame)
    return [{ step: 'upscale', factor, detail }]
  },
})

/** The least that makes the frame as large as the size, 4 at most. */
function factorFor(size: Size, frame: Size): 1 | 2 | 3 | 4 {
  const isReached = (factor: number) =>
    frame.width * factor >= size.width && frame.height * factor >= size.height
  return ([1, 2, 3] as const).find(isReached) ?? 4
}

/** @throws Problem `operation/too-slow` where no server would be done in time */
function checkTime({ width, height, pages, limits }: Frame): void {
  const ms = width * height * pages * upscalingMs
  if (ms <= limits.deadlineMs) return
  const [seconds, limit] = [Math.ceil(ms / 1000), Math.floor(limits.deadlineMs / 1000)]
  throw problem('operation/too-slow', {
    detail: `upscale of ${width}×${height} px takes about ${seconds} s; ${limit} s are allowed here. A job (POST /api/v1/jobs) has more time than a request, and a smaller image takes less.`,
    members: { operation: 'upscale', seconds, limit, jobs: '/api/v1/jobs' },
  })
}
