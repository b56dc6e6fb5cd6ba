/** Square blocks of one colour: the image shrunk to a pixel a block, averaging, and blown up again. */
import * as z from 'zod'
import { type Size, sameSize } from '../geometry/size.ts'
import type { Step } from '../steps/step.ts'
import { defineOperation } from './define.ts'
import { pixels } from './parameters.ts'
import { isWhole, lowerWithin, regionParameters, wholeRule } from './region.ts'

export const pixelate = defineOperation({
  op: 'pixelate',
  category: 'adjust',
  revision: 1,
  summary: 'Replace the image by square blocks of one colour.',
  params: z
    .strictObject({
      block: pixels({ max: 512 }).default(16).describe('Side of a block'),
      ...regionParameters(),
    })
    .refine(isWhole, wholeRule),
  examples: [{ block: 16 }, { block: 12, left: 8, top: 6, width: 30, height: 24 }],
  normalise: (params) => (params.block === 1 ? undefined : params),
  lower: ({ block, ...region }, frame) =>
    lowerWithin(region, frame, 'pixelate', (size) => mosaic(size, block)),
})

/** An image of this size in blocks of `block` px. */
export function mosaic({ width, height }: Size, block: number): readonly Step[] {
  const small = { width: Math.ceil(width / block), height: Math.ceil(height / block) }
  if (sameSize(small, { width, height })) return []
  return [
    { step: 'resize', ...small, kernel: 'linear' },
    { step: 'resize', width, height, kernel: 'nearest' },
  ]
}
