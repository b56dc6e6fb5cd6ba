/** What duotone and monochrome share: grey laid out between two colours. */
import type { Rgba } from '../geometry/color.ts'
import type { Step } from '../steps/step.ts'
import { real } from './parameters.ts'

/** The parameter `amount` of both. */
export function shadeAmount() {
  return real({ min: 0, max: 100, unit: '%' })
    .default(100)
    .describe('Share of the new colours over the old ones')
}

/**
 * Steps that make black `shadow`, white `highlight`, and every grey the colour as far between them;
 * `amount` in percent.
 */
export function shadesBetween(shadow: Rgba, highlight: Rgba, amount: number): readonly Step[] {
  if (amount === 0) return []
  if (amount < 100) return [{ step: 'shades', colors: [shadow, highlight], amount: amount / 100 }]
  const gain = (channel: 'r' | 'g' | 'b') => (highlight[channel] - shadow[channel]) / 255
  return [
    { step: 'greyscale' },
    {
      step: 'linear',
      gain: [gain('r'), gain('g'), gain('b'), 1],
      offset: [shadow.r, shadow.g, shadow.b, 0],
    },
  ]
}
