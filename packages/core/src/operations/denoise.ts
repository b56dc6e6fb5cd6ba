/** Takes away small differences and keeps large ones: a bilateral filter, and an unsharp mask for the edges. */
import * as z from 'zod'
import type { Step } from '../steps/step.ts'
import { defineOperation } from './define.ts'
import { real } from './parameters.ts'

/** Standard deviation of the mask that sharpens edges, px. */
const edgeSigma = 1

export const denoise = defineOperation({
  op: 'denoise',
  category: 'adjust',
  revision: 1,
  summary: 'Smooth noise away, keeping edges.',
  params: z.strictObject({
    level: real({ min: 0, max: 100, unit: '%' })
      .default(8)
      .describe('Differences up to about this share of the full range count as noise'),
    radius: z
      .int()
      .min(1)
      .max(5)
      .default(2)
      .describe('How far the pixels lie that are weighed')
      .meta({ unit: 'px' }),
    edges: real({ min: 0, max: 500, unit: '%' })
      .default(0)
      .describe('How much what is no noise is sharpened afterwards'),
  }),
  examples: [{}, { level: 15, radius: 4, edges: 60 }],
  normalise: (params) => (params.level === 0 && params.edges === 0 ? undefined : params),
  lower: ({ level, radius, edges }): readonly Step[] => [
    ...(level === 0 ? [] : [{ step: 'denoise', radius, tolerance: level / 100 } as const]),
    ...(edges === 0
      ? []
      : [{ step: 'unsharp', sigma: edgeSigma, amount: edges / 100, threshold: level * 2.55 } as const]),
  ],
})
