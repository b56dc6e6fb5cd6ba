/** What an analysis tells about a picture: the JSON of a `facts` output. Colours are `#rrggbb`. */
import type { HeaderFacts } from './protocol.ts'

export interface PictureFacts {
  /** Of the picture behind the pipeline. */
  readonly width: number
  readonly height: number
  /** Some pixel is not opaque. Of pictures above 16 megapixels as their 256 px copy shows it. */
  readonly isTransparent: boolean
  /** Where most of the picture lies; null when nothing of it can be seen. */
  readonly dominantColor: string | null
  /** The mean in OKLab; null when nothing can be seen. */
  readonly averageColor: string | null
  /** Mean luma (Rec. 709) over white, 0–1. */
  readonly luminance: number
  /** At most six, the largest share first. */
  readonly palette: readonly { readonly color: string; readonly share: number }[]
  readonly swatches: Readonly<Partial<Record<SwatchName, string>>>
  readonly blurhash: string
  /** Base64. */
  readonly thumbhash: string
  /** `data:` URI of at most 1 024 characters. */
  readonly lqip: string
  /** 16 hex digits; the same picture differs in at most about 10 bits. */
  readonly perceptualHash: string
  readonly source: HeaderFacts
}

export const swatchNames = [
  'vibrant',
  'vibrantDark',
  'vibrantLight',
  'muted',
  'mutedDark',
  'mutedLight',
] as const

export type SwatchName = (typeof swatchNames)[number]
