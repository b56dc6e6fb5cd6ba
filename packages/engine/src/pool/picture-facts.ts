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
  /** Absent when they were not asked for. */
  readonly details?: PictureDetails
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

/** What EXIF, IPTC and XMP say. Texts are at most 2 000 characters of one line, and a stranger's: never trust them. */
export interface PictureDetails {
  /** ISO 8601, local time; with the offset from UTC where the camera wrote it. */
  readonly takenAt?: string
  readonly camera?: { readonly make?: string; readonly model?: string; readonly lens?: string }
  readonly exposure?: {
    readonly seconds?: number
    readonly fNumber?: number
    readonly iso?: number
    /** EV. */
    readonly bias?: number
    /** Millimetres. */
    readonly focalLength?: number
    readonly focalLength35mm?: number
    readonly flash?: boolean
  }
  readonly software?: string
  readonly artist?: string
  readonly copyright?: string
  readonly credit?: string
  readonly title?: string
  readonly caption?: string
  /** At most 64. */
  readonly keywords?: readonly string[]
  /** −1 rejected, 1–5. */
  readonly rating?: number
  /** Degrees north and east, metres above the sea. Only for those who may ask. */
  readonly location?: {
    readonly latitude?: number
    readonly longitude?: number
    readonly altitude?: number
    readonly city?: string
    readonly country?: string
  }
  /** Only for those who may ask. */
  readonly equipment?: { readonly bodySerial?: string; readonly lensSerial?: string; readonly owner?: string }
}
