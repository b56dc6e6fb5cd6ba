/**
 * One-button improvement: the same picture always gets the same treatment, and never a strong one.
 *
 * 1. Contrast: the tones between the 0.5th and the 99.5th percentile of luma are stretched over the whole range, at
 *    most doubling the contrast, all colours alike, so that no hue turns.
 * 2. Mid-tones: gamma brings the mean of what results 30 % nearer to middle grey; it stays between 0.8 and 1.25.
 * 3. Colours: vibrance of 20 %, which leaves strong colours alone.
 *
 * `amount` mixes the result of 1 and 2 with the tones before and scales 3.
 */
import * as z from 'zod'
import { defineOperation } from './define.ts'
import { real } from './parameters.ts'

const tones = { clip: 0.005, maxGain: 2, midtones: 0.3, maxGamma: 1.25 } as const
const vibrance = 0.2

export const autoEnhance = defineOperation({
  op: 'autoEnhance',
  category: 'adjust',
  revision: 1,
  summary: 'Improve contrast, brightness and colours by what the image holds.',
  params: z.strictObject({
    amount: real({ min: 0, max: 100, unit: '%' })
      .default(100)
      .describe('How much of the improvement is done'),
  }),
  examples: [{}, { amount: 50 }],
  normalise: (params) => (params.amount === 0 ? undefined : params),
  lower: ({ amount }) => {
    if (amount === 0) return []
    const share = amount / 100
    return [
      { step: 'levels', ...tones, amount: share },
      { step: 'vibrance', amount: vibrance * share },
    ]
  },
})
