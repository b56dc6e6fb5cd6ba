/**
 * What each stage of a run takes for a pixel: the constants of the prediction in `cost.ts`, measured with sharp 0.35
 * on one thread of an ordinary server core and rounded up.
 */
import type { Format } from '../formats/index.ts'
import { type Frame, upscalingMs } from '../operations/index.ts'
import type { Step } from '../steps/index.ts'

/** What a stage takes for each pixel. */
export interface Rate {
  readonly bytes: number
  /** CPU milliseconds per megapixel. */
  readonly ms: number
}

/** Decoding, per stored pixel. */
export const decoding: Readonly<Partial<Record<Format, Rate>>> = {
  jpeg: { bytes: 0.5, ms: 10 },
  png: { bytes: 3, ms: 18 },
  webp: { bytes: 7, ms: 16 },
  avif: { bytes: 20, ms: 50 },
  gif: { bytes: 5, ms: 20 },
  tiff: { bytes: 3, ms: 12 },
  svg: { bytes: 8, ms: 20 },
  // Decoders of our own hold the file's pixels twice; those in WebAssembly have a heap that stays.
  bmp: { bytes: 10, ms: 30 },
  ico: { bytes: 12, ms: 70 },
  tga: { bytes: 13, ms: 60 },
  pnm: { bytes: 10, ms: 30 },
  qoi: { bytes: 10, ms: 30 },
  hdr: { bytes: 10, ms: 80 },
  exr: { bytes: 12, ms: 150 },
  heif: { bytes: 16, ms: 130 },
  jxl: { bytes: 35, ms: 200 },
  jp2: { bytes: 30, ms: 300 },
  pdf: { bytes: 14, ms: 200 },
}
export const decodingShrunk: Readonly<Partial<Record<Format, Rate>>> = {
  jpeg: { bytes: 0.05, ms: 5 },
  webp: { bytes: 1, ms: 9 },
}
/** A progressive JPEG keeps all coefficients, an interlaced PNG all pixels. */
export const decodingProgressive: Readonly<Partial<Record<Format, Rate>>> = {
  jpeg: { bytes: 6, ms: 20 },
  png: { bytes: 5, ms: 30 },
}
export const unknownFormat: Rate = { bytes: 20, ms: 100 }

/** Encoding, per pixel of a frame. */
export const encoding: Readonly<Partial<Record<Format, Rate>>> = {
  jpeg: { bytes: 6.5, ms: 12 },
  png: { bytes: 3, ms: 65 },
  webp: { bytes: 6, ms: 50 },
  avif: { bytes: 30, ms: 100 },
  gif: { bytes: 13, ms: 500 },
  tiff: { bytes: 4, ms: 60 },
  jxl: { bytes: 130, ms: 340 },
  heif: { bytes: 30, ms: 100 },
  // Tile by tile; the module's heap stays.
  jp2: { bytes: 8, ms: 350 },
}
export const encodingLossless: Readonly<Partial<Record<Format, Rate>>> = {
  jxl: { bytes: 130, ms: 340 },
  webp: { bytes: 25, ms: 350 },
  avif: { bytes: 30, ms: 700 },
  heif: { bytes: 30, ms: 700 },
}
/** AVIF up to a megapixel is encoded with more effort. */
export const avifSmall: Rate = { bytes: 30, ms: 280 }
export const avifSmallPixels = 1_000_000
/** AVIF is scaled down to this before encoding. */
export const avifMaxPixels = 8_000_000

/** Steps, per pixel of the larger of the frames before and behind them. */
export const stepping: Readonly<Record<Step['step'], Rate>> = {
  extract: { bytes: 0, ms: 0.5 },
  resize: { bytes: 0.5, ms: 5 },
  interest: { bytes: 3, ms: 25 },
  flip: { bytes: 4, ms: 4 },
  flop: { bytes: 0, ms: 3 },
  turn: { bytes: 4, ms: 8 },
  rotate: { bytes: 8, ms: 65 },
  extend: { bytes: 0.5, ms: 2 },
  backdrop: { bytes: 20, ms: 110 },
  blur: { bytes: 3, ms: 15 },
  sharpen: { bytes: 3, ms: 70 },
  greyscale: { bytes: 0, ms: 8 },
  modulate: { bytes: 0, ms: 65 },
  flatten: { bytes: 0, ms: 4 },
  median: { bytes: 3, ms: 250 },
  unsharp: { bytes: 16, ms: 35 },
  normalise: { bytes: 6, ms: 70 },
  linear: { bytes: 8, ms: 8 },
  curve: { bytes: 8, ms: 8 },
  recomb: { bytes: 8, ms: 20 },
  vibrance: { bytes: 8, ms: 30 },
  tint: { bytes: 8, ms: 10 },
  shades: { bytes: 12, ms: 70 },
  halftone: { bytes: 8, ms: 40 },
  dither: { bytes: 8, ms: 15 },
  // For each pixel of the window.
  denoise: { bytes: 8, ms: 16 },
  levels: { bytes: 8, ms: 40 },
  // Beside the matte itself; most of it does not depend on the size.
  cutOut: { bytes: 70, ms: 250 },
  // For each pixel of the frame before it.
  upscale: { bytes: 16, ms: upscalingMs * 1_000_000 },
  within: { bytes: 12, ms: 40 },
  mask: { bytes: 8, ms: 8 },
  // The copy of the frame; what the layer covers stands in `layerCost`.
  composite: { bytes: 8, ms: 8 },
  stencil: { bytes: 8, ms: 12 },
  wash: { bytes: 8, ms: 50 },
  text: { bytes: 16, ms: 40 },
  encircle: { bytes: 8, ms: 35 },
}
/** Fonts and shaping, whatever the size of the picture; a character costs most when its font has to be unpacked. */
export const writing = { bytes: 64 * 1024 * 1024, ms: 60, msPerCharacter: 0.5 }
/** Enlarging is done pixel by pixel of the result. */
export const enlarging: Rate = { bytes: 8, ms: 60 }
/** Handing pixels from one pass to the next: they are there twice for a moment. */
export const handingOver: Rate = { bytes: 8, ms: 3 }
/** A search by size: the pixels, a smaller copy of them, and nine in ten searches take no more encodings. */
export const searching: Rate = { bytes: 9, ms: 10 }
export const encodesPerSearch = 4
/** Comparing a trial with the original, per pixel of the part that is compared. */
export const scoring: Rate = { bytes: 160, ms: 600 }
export const mostScoredPixels = 131_072
export const trialsPerTarget = 4
/** Describing a picture: at most 256 px a side are looked at, the stand-in is encoded in three formats. */
export const describing = { bytes: 8 * 1024 * 1024, ms: 60, side: 256 }
/** Laying a picture over another, per pixel it covers. */
export const laying: Rate = { bytes: 0, ms: 60 }
/** Looking for a pixel that is not opaque: all of so many pixels at most are held and looked at. */
export const lookingThrough = { bytes: 8, ms: 25, most: 16_000_000 }
/** What models take for one picture, weights and all; subjects at worst ask three of them. */
export const seeing = {
  faces: { bytes: 80_000_000, ms: 60 },
  subjects: { bytes: 320_000_000, ms: 900 },
  matte: { bytes: 320_000_000, ms: 850 },
  // Tile by tile; the time is the step's.
  upscale: { bytes: 300_000_000, ms: 100 },
}
/** Finding a fact (trim) looks at every pixel. */
export const lookingAt: Rate = { bytes: 12, ms: 140 }

/** Pixels of all frames that are decoded. */
export function pixelsOf({ width, height, pages }: Frame): number {
  return width * height * pages
}

export function times({ bytes, ms }: Rate, pixels: number): Rate {
  return { bytes: bytes * pixels, ms: (ms * pixels) / 1_000_000 }
}
