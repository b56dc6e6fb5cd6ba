/** Gaussian blur, of the whole image or of a box. */
import * as z from 'zod'
import { defineOperation } from './define.ts'
import { real } from './parameters.ts'
import { isWhole, lowerWithin, regionParameters, wholeRule } from './region.ts'

export const blur = defineOperation({
  op: 'blur',
  category: 'adjust',
  revision: 1,
  summary: 'Blur the image softly.',
  params: z
    .strictObject({
      sigma: real({ min: 0.3, max: 1000, unit: 'px' }).describe('Standard deviation of the Gaussian'),
      ...regionParameters(),
    })
    .refine(isWhole, wholeRule),
  examples: [{ sigma: 4 }, { sigma: 8, left: 8, top: 6, width: 30, height: 24 }],
  lower: ({ sigma, ...region }, frame) => lowerWithin(region, frame, 'blur', () => [{ step: 'blur', sigma }]),
})
