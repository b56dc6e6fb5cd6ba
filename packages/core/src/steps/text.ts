/** Text to draw, with every number resolved but those that only shaped glyphs can tell. */
import type { Rgba } from '../geometry/color.ts'
import type { Gravity } from '../geometry/gravity.ts'

/** Families of the bundled fonts; scripts that a family lacks come from the fallback chain. */
export const fontFamilies = ['sans', 'serif', 'mono', 'display'] as const
export type FontFamily = (typeof fontFamilies)[number]

export const textAlignments = ['left', 'center', 'right', 'justify'] as const
export const textFits = ['none', 'shrink', 'max'] as const
export const textOverflows = ['ellipsis', 'cut'] as const
export const textCuts = ['end', 'middle', 'start'] as const
export const textDirections = ['auto', 'ltr', 'rtl'] as const

/** Lengths are px of the frame, which keeps its size; glyphs outside of it are cut. */
export interface TextStep {
  readonly step: 'text'
  /** Lines are parted by `\n`; no other control characters. */
  readonly text: string
  readonly font: FontFamily
  /** 100–900; a font without weights takes the nearest it has. */
  readonly weight: number
  readonly italic: boolean
  /** BCP 47; chooses among the shapes that languages give to one character. Empty: unknown. */
  readonly language: string
  readonly direction: (typeof textDirections)[number]
  readonly size: number
  /** `shrink`: the largest size up to `size` that fits; `max`: the largest that fits. */
  readonly fit: (typeof textFits)[number]
  readonly wrap: boolean
  /** Of the lines, without stroke and box. */
  readonly maxWidth: number
  readonly maxHeight: number
  readonly maxLines?: number
  readonly overflow: (typeof textOverflows)[number]
  /** Where a single line that is too long loses its middle part. */
  readonly cutAt: (typeof textCuts)[number]
  /** From line to line, times the size. */
  readonly lineHeight: number
  readonly letterSpacing: number
  readonly align: (typeof textAlignments)[number]
  readonly color: Rgba
  /** 0–1, of everything together. */
  readonly opacity: number
  /** Outside of the glyphs. */
  readonly stroke?: { readonly width: number; readonly color: Rgba }
  /** `blur` is twice the sigma, as in CSS. */
  readonly shadow?: { readonly x: number; readonly y: number; readonly blur: number; readonly color: Rgba }
  /** A rectangle behind the text. */
  readonly box?: { readonly color: Rgba; readonly padding: number; readonly radius: number }
  readonly position: Gravity
  /** From the edges that `position` names. */
  readonly padding: number
  /** From where `position` and `padding` put it, to the right and down. */
  readonly x: number
  readonly y: number
  /** Clockwise degrees, about the middle of the text. */
  readonly angle: number
  /** Copies all over the frame with this many pixels between them. */
  readonly gap?: number
}
