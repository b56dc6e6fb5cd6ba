/**
 * Cuts out what the picture is about. A model tells what that is, once for the whole source: every variant of a
 * picture shows the same, however it was cut or turned before.
 */
import * as z from 'zod'
import { toRgba } from '../geometry/color.ts'
import { defineOperation } from './define.ts'
import { color, transparent } from './parameters.ts'

export const removeBackground = defineOperation({
  op: 'removeBackground',
  category: 'ai',
  revision: 1,
  summary: 'Keep what the picture is about; the rest becomes transparent, or a colour.',
  params: z.strictObject({
    background: color()
      .refine((canonical) => /00$|ff$/.test(canonical), {
        error: 'must be an opaque colour, or transparent',
      })
      .transform((canonical) => (canonical.endsWith('00') ? transparent : canonical))
      .default(transparent)
      .describe('What takes its place'),
  }),
  examples: [{}, { background: 'white' }],
  models: () => ['matte'],
  lower: ({ background }, { pages, placement }) => [
    // What moves is looked at frame by frame.
    { step: 'cutOut', ...(pages === 1 && placement !== undefined ? { placement } : {}) },
    ...(background === transparent ? [] : [{ step: 'flatten', background: toRgba(background) } as const]),
  ],
})
