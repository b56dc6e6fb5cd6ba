/** What duotone and monochrome share: grey laid out between two colours. */
import type { Rgba } from '../geometry/color.ts'
import type { Step } from '../steps/step.ts'

/** Steps that make black `shadow`, white `highlight`, and every grey the colour as far between them. */
export function shadesBetween(shadow: Rgba, highlight: Rgba): readonly Step[] {
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
