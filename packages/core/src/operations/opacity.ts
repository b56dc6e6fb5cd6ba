/** Makes the image more transparent. */
import * as z from 'zod'
import { defineOperation } from './define.ts'
import { real } from './parameters.ts'

export const opacity = defineOperation({
  op: 'opacity',
  category: 'adjust',
  revision: 1,
  summary: 'Let what is behind the image shine through.',
  params: z.strictObject({
    opacity: real({ min: 0, max: 1 }).describe('Invisible at 0, unchanged at 1'),
  }),
  examples: [{ opacity: 0.5 }],
  normalise: (params) => (params.opacity === 1 ? undefined : params),
  lower: (params) =>
    params.opacity === 1 ? [] : [{ step: 'linear', gain: [1, 1, 1, params.opacity], offset: [0, 0, 0, 0] }],
})
