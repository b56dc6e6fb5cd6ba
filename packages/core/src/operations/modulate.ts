/** Brightness, saturation, hue and lightness, computed in LCH so that hues stay even. */
import * as z from 'zod'
import { defineOperation } from './define.ts'
import { real } from './parameters.ts'

interface Modulation {
  readonly brightness: number
  readonly saturation: number
  readonly hue: number
  readonly lightness: number
}

export const modulate = defineOperation({
  op: 'modulate',
  category: 'adjust',
  revision: 1,
  summary: 'Change brightness, saturation, hue and lightness.',
  params: z.strictObject({
    brightness: real({ min: 0, max: 100 }).default(1).describe('Factor on lightness'),
    saturation: real({ min: 0, max: 100 }).default(1).describe('Factor on chroma'),
    hue: z
      .int()
      .min(-3600)
      .max(3600)
      .overwrite((degrees) => ((degrees % 360) + 360) % 360)
      .default(0)
      .describe('Turn around the colour wheel, whole degrees')
      .meta({ unit: 'deg' }),
    lightness: real({ min: -100, max: 100 }).default(0).describe('Added to lightness (0–100)'),
  }),
  examples: [{ brightness: 1.2, saturation: 0.8 }, { hue: 90 }, { lightness: 20 }],
  normalise: (params) => (isIdentity(params) ? undefined : params),
  lower: (params) => {
    if (isIdentity(params)) return []
    const { brightness, saturation, hue, lightness } = params
    return [{ step: 'modulate', brightness, saturation, hue, lightness }]
  },
})

function isIdentity({ brightness, saturation, hue, lightness }: Modulation): boolean {
  return brightness === 1 && saturation === 1 && hue === 0 && lightness === 0
}
