/** Colours that an operation paints, the image's own among them. */
import { type Rgba, toRgba } from '../geometry/color.ts'
import type { Facts, Frame } from './frame.ts'
import { dominant } from './parameters.ts'

/** Channels of a colour as parsed; the word `dominant` stands for the colour that was found. */
export function colorOf(background: string, { facts }: Pick<Frame, 'facts'>): Rgba {
  if (background !== dominant) return toRgba(background)
  if (facts.dominantColour === undefined) throw new TypeError('lowered without the fact dominantColour')
  return facts.dominantColour
}

/** Facts that a background asks for. */
export function backgroundNeeds({ background }: { readonly background: string }): readonly (keyof Facts)[] {
  return background === dominant ? ['dominantColour'] : []
}
