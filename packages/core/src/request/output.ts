/**
 * What comes out of a request: an encoded image, what the header says, or what can be told about the picture.
 *
 * Everything but `metadata` is made from the picture behind the pipeline, so a palette of a crop is that crop's.
 */
import type { Format } from '../formats/formats.ts'
import type { Sightings } from '../operations/sightings.ts'

export interface ImageOutput {
  readonly kind: 'image'
  /** With `choice` the one to begin with. */
  readonly format: Format
  readonly choice?: FormatChoice
  /** 1–100; absent for formats without a quality scale. With `target` or `maxBytes` the most that is tried. */
  readonly quality?: number
  readonly lossless?: boolean
  /** SSIMULACRA 2 score 30–95 that the picture must reach, with as few bytes as possible: `quality: auto`. */
  readonly target?: number
  /**
   * Bytes that the file has at most, 1–1 000 000 000. Quality goes first, then the picture's size; formats
   * without a quality scale (and `lossless`) have only their size.
   */
  readonly maxBytes?: number
  /** JPEG and PNG only. */
  readonly progressive?: boolean
  /** PNG only: at most 256 colours, which `quality` bounds further. */
  readonly palette?: boolean
  /** JPEG, AVIF and HEIF: whether colours keep their full resolution. Absent: from a high quality on. */
  readonly chroma?: '4:2:0' | '4:4:4'
  /** GIF and PNG with a `palette`: at most so many colours, what one, two, four or eight bits hold. */
  readonly colors?: 2 | 4 | 16 | 256
  /** What of EXIF, XMP and IPTC is kept: nothing, artist and copyright alone, or all (place and serial numbers too). */
  readonly metadata: 'none' | 'copyright' | 'all'
  /**
   * `p3` keeps colours beyond sRGB: a source with a wide profile is worked on and delivered in Display P3, with that
   * profile inside; any other source is sRGB all the same. Absent means sRGB.
   */
  readonly colorSpace?: 'srgb' | 'p3'
  /** JPEG, PNG and TIFF: pixels that make an inch when it is printed, 1–10 000. Absent: the file says nothing of use. */
  readonly density?: number
  /** `false` forces the first frame even where the format could move. */
  readonly animated: boolean
}

/** Formats of which one is taken when the pixels are known. */
export interface FormatChoice {
  /**
   * `content`: by what the picture is; `size`: the fewest bytes at one perceptual target; `bytes`: the fewest at the
   * quality that is given, among the formats that keep motion and transparency.
   */
  readonly by: 'content' | 'size' | 'bytes'
  /** The best liked first; never empty. */
  readonly among: readonly Format[]
}

/** JSON facts from the header: width, height, format, space, … (Immagin contract §1, `images.metadata`). */
export interface MetadataOutput {
  readonly kind: 'metadata'
  /** What the dialect's document depends on beside the picture: tells its versions apart. */
  readonly dependsOn?: Readonly<Record<string, string | number>>
  /** What models see in the picture is told too. */
  readonly sees?: keyof Sightings
}

/** The colours of the picture. */
export interface PaletteOutput {
  readonly kind: 'palette'
  /** At most so many, 0–16; named swatches (vibrant, muted …) come beside them. */
  readonly colors: number
  readonly as: 'json' | 'css'
  /** What CSS class names begin with; `image` when absent. Letters, digits, `-` and `_`. */
  readonly prefix?: string
}

/** A stand-in until the picture is there, as text: BlurHash, ThumbHash in base64, or a `data:` URI. */
export interface PlaceholderOutput {
  readonly kind: 'placeholder'
  readonly as: 'blurhash' | 'thumbhash' | 'lqip'
  /** BlurHash only: waves across and down, each 1–9. Absent: four along the longer side. */
  readonly components?: { readonly x: number; readonly y: number }
}

/** All that can be told about the picture and its source, as JSON. */
export interface FactsOutput {
  readonly kind: 'facts'
  /**
   * What of the EXIF, IPTC and XMP is told: nothing; camera, exposure, authorship and description; or also where the
   * picture was taken and the serial numbers of the equipment, which only the owner may ask for.
   */
  readonly details: 'none' | 'public' | 'all'
}

/** What is computed from pixels and is no picture itself. */
export type AnalysisOutput = PaletteOutput | PlaceholderOutput | FactsOutput

/** What a request can have made. */
export type MadeKind = ImageOutput | AnalysisOutput

/** What models see in the picture, as JSON (`Seen`): the server's own question, which no request can ask. */
export interface SightingsOutput {
  readonly kind: 'sightings'
  /** `subjects` asks for the faces too. */
  readonly of: keyof Sightings
}

/** What an engine run makes. */
export type RunOutput = MadeKind | SightingsOutput

export type Output = MadeKind | MetadataOutput
