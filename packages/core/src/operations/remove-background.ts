/**
 * Cuts out what the picture is about. A model tells what that is, once for the whole source: every variant of a
 * picture shows the same, however it was cut or turned before.
 */
import * as z from 'zod'
import { toRgba } from '../geometry/color.ts'
import { defineOperation } from './define.ts'
import { color, real, transparent } from './parameters.ts'

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
    solid: z
      .boolean()
      .default(false)
      .describe('Whether all but its edge is opaque: glass and shadows, which may be half of it, stay or go'),
    maxTransparency: real({ min: 0, max: 1 })
      .default(1)
      .describe('An image of which a larger part is transparent has no background, and is left as it is'),
    otherwise: z
      .enum(['error', 'keep'])
      .default('error')
      .describe('Without a model: an error, or the image with its background'),
  }),
  examples: [{}, { background: 'white' }, { solid: true }, { maxTransparency: 0.2, otherwise: 'keep' }],
  models: () => ['matte'],
  mustCut: ({ otherwise }) => otherwise === 'error',
  lower: ({ background, solid, maxTransparency, otherwise }, { pages, placement, hasAlpha }) => [
    {
      step: 'cutOut',
      // What moves is looked at frame by frame.
      ...(pages === 1 && placement !== undefined ? { placement } : {}),
      ...(solid ? { isSolid: true } : {}),
      ...(hasAlpha && maxTransparency < 1 ? { maxTransparency } : {}),
      ...(otherwise === 'keep' ? { isOptional: true } : {}),
    },
    ...(background === transparent ? [] : [{ step: 'flatten', background: toRgba(background) } as const]),
  ],
})
