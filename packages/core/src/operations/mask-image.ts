/** Cuts the image to the shape of another picture: where that is dark, or transparent, the image becomes transparent. */
import * as z from 'zod'
import { problem } from '../problem/index.ts'
import { defineOperation } from './define.ts'
import type { Frame } from './frame.ts'
import { picture, pictureIn, pictureKey } from './picture.ts'
import { resize } from './resize.ts'

export const maskImage = defineOperation({
  op: 'maskImage',
  category: 'compose',
  revision: 1,
  summary: 'Keep of the image what another picture shows; the rest becomes transparent.',
  params: z.strictObject({
    picture: picture().describe('The mask; scaled to the image'),
    channel: z
      .enum(['auto', 'alpha', 'luminance'])
      .default('auto')
      .describe('What of the mask counts: its alpha, or its brightness; auto takes alpha where it has any'),
    fit: z
      .enum(['fill', 'cover', 'contain'])
      .default('fill')
      .describe('How the mask meets the image; beside a contained mask nothing is kept'),
    invert: z.boolean().default(false).describe('Whether the mask says what goes'),
  }),
  examples: [
    { picture: { asset: 'mask.png' } },
    { picture: { asset: 'mask.png' }, channel: 'luminance', invert: true },
  ],
  pictures: ({ picture }) => [picture],
  lower: ({ picture, channel: asked, fit, invert }, frame) => {
    const facts = pictureIn(frame, picture)
    if (asked === 'alpha' && !facts.hasAlpha) {
      throw problem('operation/impossible', {
        detail: 'maskImage: the mask has no alpha; its luminance can be used',
        members: { operation: 'maskImage' },
      })
    }
    const start: Frame = { ...frame, ...facts, pages: 1 }
    const { width, height } = frame
    const layer = resize.lower(resize.params.parse({ width, height, fit }), start)
    const channel = asked === 'auto' ? (facts.hasAlpha ? 'alpha' : 'luminance') : asked
    return [{ step: 'stencil', picture: pictureKey(picture), layer, channel, isInverted: invert }]
  },
})
