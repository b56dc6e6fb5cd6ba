/** What comes out of a request: an encoded image, the facts of the source, or the stored bytes themselves. */
import type { Format } from '../formats/formats.ts'

export interface ImageOutput {
  readonly kind: 'image'
  readonly format: Format
  /** 1–100; absent for formats without a quality scale. With `maxBytes` the most that is tried. */
  readonly quality?: number
  readonly lossless?: boolean
  /**
   * Bytes that the file has at most, 1–1 000 000 000. Quality goes first, then the picture's size; formats
   * without a quality scale (and `lossless`) have only their size.
   */
  readonly maxBytes?: number
  /** JPEG and PNG only. */
  readonly progressive?: boolean
  /** PNG only: at most 256 colours, which `quality` bounds further. */
  readonly palette?: boolean
  readonly metadata: 'none' | 'copyright' | 'all'
  /** `false` forces the first frame even where the format could move. */
  readonly animated: boolean
}

/** JSON facts from the header: width, height, format, space, … (Immagin contract §1, `images.metadata`). */
export interface MetadataOutput {
  readonly kind: 'metadata'
}

export type Output = ImageOutput | MetadataOutput
