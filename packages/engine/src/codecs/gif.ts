/** GIF. Quantising dominates; efforts 1–3 give the same bytes, sharp's default 7 triples the time. */
import { animationOptions } from './animation.ts'
import { type Codec, startsWithText } from './codec.ts'

const effort = 1

export const gif: Codec = {
  format: 'gif',
  sniff: (head) => startsWithText(head, 'GIF87a') || startsWithText(head, 'GIF89a'),
  loaders: ['VipsForeignLoadNsgif'],
  sharpFormat: 'gif',
  shrinksOnLoad: false,
  holds16Bit: false,
  encode: (pipeline, { colors = 256 }, { animation }) =>
    pipeline.gif({ effort, colours: colors, ...animationOptions(animation) }),
}
