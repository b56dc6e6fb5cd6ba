/**
 * Sets the working format: from here on the image is what that format can hold.
 *
 * Nothing is encoded before the end of the pipeline; what the result is written as says the request's output, which a
 * dialect takes from the last `convert`.
 */
import * as z from 'zod'
import { type Format, formats, traitsOf } from '../formats/formats.ts'
import { backgroundNeeds, colorOf } from './background.ts'
import { defineOperation } from './define.ts'
import { backgroundColor } from './parameters.ts'

const names = (Object.keys(formats) as Format[]).filter((format) => traitsOf(format).encode)

export const convert = defineOperation({
  op: 'convert',
  category: 'adjust',
  revision: 1,
  summary: 'Go on in another format: transparency is lost where the format has none.',
  params: z.strictObject({
    format: z.enum(names).describe('The format'),
    background: backgroundColor()
      .default('#ffffffff')
      .describe('Colour under the image when the format has no transparency'),
  }),
  examples: [{ format: 'jpeg' }, { format: 'png' }],
  needs: backgroundNeeds,
  normalise: ({ format, background }) => ({
    format,
    background: traitsOf(format).alpha ? '#ffffffff' : background,
  }),
  lower: ({ format, background }, frame) =>
    frame.hasAlpha && !traitsOf(format).alpha
      ? [{ step: 'flatten', background: colorOf(background, frame) }]
      : [],
  behind: ({ format }) => ({ format }),
})
