/**
 * What a signed URL can ask of a picture. Derived from core's operations, so a new one appears here by itself.
 *
 * Defaults are the signed form's: `resize` covers and never enlarges, borders and corners are black, WebP of
 * quality 90 comes out.
 */
import type { OperationOptions } from './operations.ts'

type Name = keyof OperationOptions
type Options<N extends Name> = OperationOptions[N]

/** Edits a single value can stand for: the number that matters (a sigma, an amount, a width), or `true`. */
interface Shorthand {
  blur: number
  sharpen: number
  flip: boolean
  flop: boolean
  grayscale: boolean
  /** Channels of 0–255. */
  tint: { readonly r: number; readonly g: number; readonly b: number }
  invert: boolean
  normalize: boolean
  sepia: boolean
  gamma: number
  brightness: number
  contrast: number
  exposure: number
  highlights: number
  shadows: number
  vibrance: number
  threshold: number
  /** Invisible at 0, unchanged at 1. */
  opacity: number
  median: number
  pixelate: number
  border: number
  roundCorners: number
  /** EXIF's value, 1–8. */
  orient: number
}

type OptionsOrShorthand<N extends Name> = N extends keyof Shorthand ? Options<N> | Shorthand[N] : Options<N>

/** One entry of the pipeline; several keys run in the order they are written. */
export type Edit = { readonly [N in Name]?: OptionsOrShorthand<N> } & {
  /** `false` leaves the picture as stored, whatever its EXIF orientation says. */
  readonly autoOrient?: boolean
  /** A byte budget for the file, wherever it stands: `{ maxBytes }` or the number. */
  readonly compressToSize?: number | { readonly maxBytes: number }
}

export interface EditOutput {
  /** `auto` looks at the picture, `smallest` tries: both among the formats that the browser's `Accept` allows. */
  readonly format?: 'auto' | 'smallest' | 'webp' | 'jpeg' | 'png' | 'avif' | 'gif' | 'tiff' | 'jp2' | 'heif'
  /** 1–100, or by looks: `auto`, a word, or a score of 30–95 as `auto:72`. */
  readonly quality?: number | 'auto' | 'auto:best' | 'auto:good' | 'auto:eco' | 'auto:low' | `auto:${number}`
  /** JPEG and PNG. */
  readonly progressive?: boolean
  /** WebP and AVIF. */
  readonly lossless?: boolean
  /** Bytes that the file has at most; quality goes first, then the picture's size. */
  readonly maxBytes?: number
  /** What of EXIF, XMP and IPTC is kept; `all` includes place and serial numbers. */
  readonly metadata?: 'none' | 'copyright' | 'all'
  /** JPEG, AVIF and HEIF: whether colours keep their full resolution. */
  readonly chroma?: '4:2:0' | '4:4:4'
  /** PNG. */
  readonly palette?: boolean
  /** Of GIF and of PNG with a palette. */
  readonly colors?: 2 | 4 | 16 | 256
  /** `p3` keeps the colours of a wide source that sRGB does not hold. */
  readonly colorSpace?: 'srgb' | 'p3'
  /** JPEG, PNG and TIFF: pixels that make an inch in print, 1–10 000. */
  readonly density?: number
}
