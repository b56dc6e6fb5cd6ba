/** GIF. Quantising dominates, so effort is far below sharp's default 7 (CODECS §1.3). */
import { animationOptions, type Codec, startsWithText } from './codec.ts'

const effort = 2

export const gif: Codec = {
  format: 'gif',
  sniff: (head) => startsWithText(head, 'GIF87a') || startsWithText(head, 'GIF89a'),
  loaders: ['VipsForeignLoadNsgif'],
  sharpFormat: 'gif',
  shrinksOnLoad: false,
  holds16Bit: false,
  encode: (pipeline, _output, { animation }) => pipeline.gif({ effort, ...animationOptions(animation) }),
}
