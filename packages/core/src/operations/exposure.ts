/** Exposure as a camera counts it: in linear light, by powers of two. */
import * as z from 'zod'
import { defineOperation } from './define.ts'
import { real } from './parameters.ts'

export const exposure = defineOperation({
  op: 'exposure',
  category: 'adjust',
  revision: 1,
  summary: 'Expose the image longer or shorter.',
  params: z.strictObject({
    stops: real({ min: -5, max: 5 }).describe('Each stop doubles the light'),
  }),
  examples: [{ stops: 1 }, { stops: -1 }],
  normalise: (params) => (params.stops === 0 ? undefined : params),
  lower: ({ stops }) => (stops === 0 ? [] : [{ step: 'curve', shape: 'exposure', amount: stops }]),
})
