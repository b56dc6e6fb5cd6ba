/** Cuts the image to a shape: what is outside becomes transparent. */
import * as z from 'zod'
import { defineOperation } from './define.ts'

export const mask = defineOperation({
  op: 'mask',
  category: 'compose',
  revision: 1,
  summary: 'Keep an ellipse or a circle; what is outside becomes transparent.',
  params: z.strictObject({
    shape: z
      .enum(['ellipse', 'circle'])
      .default('ellipse')
      .describe('The largest one inside the image, in its centre'),
  }),
  examples: [{}, { shape: 'circle' }],
  lower: ({ shape }, frame) => {
    const side = Math.min(frame.width, frame.height)
    const { width, height } = shape === 'circle' ? { width: side, height: side } : frame
    const radii = { x: width / 2, y: height / 2 }
    const [left, top] = [(frame.width - width) / 2, (frame.height - height) / 2]
    return [{ step: 'mask', left, top, width, height, corners: [radii, radii, radii, radii] }]
  },
})
