/** The look of a newspaper: black dots on white, the larger the darker the picture. */
import * as z from 'zod'
import { defineOperation } from './define.ts'
import { real } from './parameters.ts'

export const halftone = defineOperation({
  op: 'halftone',
  category: 'adjust',
  revision: 1,
  summary: 'Print the image in black dots on white.',
  params: z.strictObject({
    size: real({ min: 2, max: 200, unit: 'px' }).default(8).describe('From one dot to the next'),
    angle: real({ min: 0, max: 90, unit: 'deg' }).default(45).describe('How far the rows of dots are turned'),
  }),
  examples: [{}, { size: 5, angle: 15 }],
  // Rows and columns of dots look alike.
  normalise: ({ size, angle }) => ({ size, angle: angle === 90 ? 0 : angle }),
  lower: ({ size, angle }) => [{ step: 'greyscale' }, { step: 'halftone', size, angle }],
})
