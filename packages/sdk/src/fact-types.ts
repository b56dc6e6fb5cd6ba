/** What the server tells of a stored picture, in its own words. Colours are `#rrggbb`. */

/** Parts of the sides of the upright picture, 0–1 from the left and the top. */
export interface Region {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

export interface Point {
  readonly x: number
  readonly y: number
}

export interface Face extends Region {
  /** How sure the model is, 0–1. */
  readonly score: number
  /** Left and right as in the picture. */
  readonly landmarks: {
    readonly leftEye: Point
    readonly rightEye: Point
    readonly nose: Point
    readonly mouth: Point
  }
}

export interface Subject extends Region {
  /** `salient` is what stands out where nothing is recognised. */
  readonly kind: 'person' | 'animal' | 'object' | 'salient'
  readonly score: number
  readonly label?: string
}

export interface PictureFacts {
  readonly id: string
  /** Of the upright picture, px. */
  readonly width: number
  readonly height: number
  readonly isTransparent: boolean
  /** `null` when nothing can be seen. */
  readonly dominantColor: string | null
  readonly averageColor: string | null
  /** 0–1. */
  readonly luminance: number
  /** The largest share first. */
  readonly palette: readonly { readonly color: string; readonly share: number }[]
  readonly swatches: Readonly<Record<string, string>>
  readonly blurhash: string
  /** Base64. */
  readonly thumbhash: string
  /** A `data:` URI. */
  readonly lqip: string
  /** 16 hex digits. */
  readonly perceptualHash: string
  /** What the header says. */
  readonly source: {
    readonly format: string
    readonly width: number
    readonly height: number
    readonly orientation: number
    readonly pages: number
    readonly hasAlpha: boolean
    readonly sizeBytes: number
  } & Readonly<Record<string, unknown>>
  /** Of EXIF, IPTC and XMP, as far as it was asked for. */
  readonly details?: Readonly<Record<string, unknown>>
  /** The surest first. Absent when nobody asked for faces or subjects. */
  readonly faces?: readonly Face[]
  /** Absent when nobody asked for subjects. */
  readonly subjects?: readonly Subject[]
}

export interface KnownImage {
  readonly id: string
  readonly paths: readonly string[]
  /** Bytes. */
  readonly size: number
  readonly visibility: 'public' | 'private'
  readonly cdnUrl: string
  readonly uploadedAt: Date
}

export interface SimilarImage extends KnownImage {
  /** Bits in which the fingerprints differ, of 64. */
  readonly distance: number
}
