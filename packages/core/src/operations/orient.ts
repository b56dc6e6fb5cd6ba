/** Turns and mirrors the image as one of the eight EXIF orientations asks. */
import * as z from 'zod'
import { orientationOf } from '../geometry/orientation.ts'
import type { Step } from '../steps/step.ts'
import { defineOperation } from './define.ts'

export const orient = defineOperation({
  op: 'orient',
  category: 'geometry',
  revision: 1,
  summary: 'Turn and mirror the image as if it carried this EXIF orientation.',
  params: z.strictObject({
    orientation: z.int().min(1).max(8).describe('Value of the EXIF tag; 1 is upright'),
  }),
  examples: [{ orientation: 6 }, { orientation: 2 }],
  normalise: (params) => (params.orientation === 1 ? undefined : params),
  lower: ({ orientation }): readonly Step[] => {
    const { quarters, flop } = orientationOf(orientation)
    const turn: readonly Step[] = quarters === 0 ? [] : [{ step: 'turn', quarters }]
    return flop ? [...turn, { step: 'flop' }] : turn
  },
})
