/**
 * Enlarges with a network that draws what a small picture lost, mixed with the exact enlargement: what it draws is
 * crisp and believable, and not what was there.
 */
import * as z from 'zod'
import { problem } from '../problem/index.ts'
import { defineOperation } from './define.ts'
import type { Frame } from './frame.ts'
import { real } from './parameters.ts'
import { withinLimits } from './size-limit.ts'

/** CPU of a pixel of the source, ms: what the best model takes, on one core of an ordinary server. */
export const upscalingMs = 0.08

export const upscale = defineOperation({
  op: 'upscale',
  category: 'ai',
  revision: 1,
  summary: 'Enlarge the image with details drawn by a model.',
  params: z.strictObject({
    factor: z.literal([2, 3, 4]).describe('How many times as wide and high'),
    detail: real({ min: 0, max: 1 })
      .default(0.5)
      .describe('How much of the drawn details shows: 0 the exact enlargement, 0.3 faithful, 1 crisp'),
  }),
  examples: [{ factor: 2 }, { factor: 4, detail: 0.3 }],
  models: ({ detail }) => (detail === 0 ? [] : ['upscale']),
  lower({ factor, detail }, frame) {
    const size = { width: frame.width * factor, height: frame.height * factor }
    withinLimits(size, frame, 'upscale')
    if (detail === 0) return [{ step: 'resize', ...size, kernel: 'lanczos3' }]
    checkTime(frame)
    return [{ step: 'upscale', factor, detail }]
  },
})

/** @throws Problem `operation/too-slow` where no server would be done in time */
function checkTime({ width, height, pages, limits }: Frame): void {
  const ms = width * height * pages * upscalingMs
  if (ms <= limits.deadlineMs) return
  const [seconds, limit] = [Math.ceil(ms / 1000), Math.floor(limits.deadlineMs / 1000)]
  throw problem('operation/too-slow', {
    detail: `upscale of ${width}×${height} px takes about ${seconds} s; ${limit} s are allowed here. A job (POST /api/v1/jobs) has more, and so has a smaller image.`,
    members: { operation: 'upscale', seconds, limit, jobs: '/api/v1/jobs' },
  })
}
