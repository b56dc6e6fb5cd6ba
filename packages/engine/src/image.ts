/** An image on its way through a run: a source not yet decoded, or pixels between two passes. */
import type { Frame, Limits, PictureFacts, Size, Step } from '@fovea/core/model'
import type { Sharp } from 'sharp'
import type { Animation, Codec } from './codecs/index.ts'
import type { MetadataBlocks } from './metadata/blocks.ts'
import type { Rights } from './metadata/exif.ts'
import type { HeaderFacts, Matte } from './pool/protocol.ts'
import type { WorkingSpace } from './sharp/profiles.ts'
import { sharp } from './sharp/setup.ts'

/** A step that wants a picture beside the source. */
export type PictureStep = Extract<Step, { picture: string }>

/** The pictures beside the source that a run was given. */
export interface Pictures {
  /** By key, for the frame. */
  readonly facts: Readonly<Record<string, PictureFacts>>
  /**
   * Pixels of a picture behind the step's own steps, in the working space of `base`; with 16 bit per channel where
   * both have them.
   * @throws Problem naming the picture
   */
  layer(step: PictureStep, base: Raster): Promise<Raster>
}

/** A recognised file within the limits; nothing of its pixels has been decoded. */
export interface SourceImage {
  readonly kind: 'source'
  /** Who made it and who owns it, as far as its metadata says. */
  readonly rights: Rights
  readonly blocks: MetadataBlocks
  /** A path, so that libvips reads on as it decodes, or the bytes. */
  readonly input: string | Uint8Array
  /** `input` is for the codec's own decoder; libvips does not know it. */
  readonly needsDecoder?: boolean
  /** Of a document, where it is not the first. */
  readonly page?: number
  readonly codec: Codec
  readonly facts: HeaderFacts
  readonly animation: Animation | undefined
  readonly hasProfile: boolean
  /** Its profile is of RGB and holds colours that sRGB does not. */
  readonly isWide: boolean
  readonly limits: Limits
  /** The run turns the pixels upright, so the orientation tag no longer holds. */
  readonly isUprighted: boolean
  /** Decode all frames, as one tall roll. */
  readonly isAnimated: boolean
  /** Of a run of frames out of a longer animation, whose other facts are then the run's. */
  readonly firstFrame?: number
  /** The source has 16 bit per channel and the output can hold them. */
  readonly keeps16Bit: boolean
  /** Where pixels of this source are worked on: see {@link inWorkingSpace}. */
  readonly space: WorkingSpace
  /** What of it, upright, belongs to its subject, if a model tells; absent when nothing of the request asks. */
  readonly matte?: (() => Promise<Matte | undefined>) | undefined
  /** Absent when the request names none. */
  readonly pictures?: Pictures | undefined
}

/** Pixels in the source's working space, row-major, straight alpha; the frames of an animation stand below each other. */
export interface Raster {
  readonly kind: 'raster'
  readonly data: Uint8Array | Uint16Array
  /** Size of one frame. */
  readonly width: number
  readonly height: number
  /** 1 grey, 3 RGB, 4 RGBA. */
  readonly channels: 1 | 3 | 4
  readonly pages: number
  /** Where the pixels came from: its format, limits, timing and metadata stay in force. */
  readonly source: SourceImage
}

export type Image = SourceImage | Raster

/** How strict decoders are: see `open.ts`. */
const failOn = 'error'

export function frameOf(image: Image): Frame {
  const { width, height } = sizeOf(image)
  const { facts, limits, pictures } = sourceOf(image)
  return {
    width,
    height,
    hasAlpha: hasAlpha(image),
    pages: pagesOf(image),
    format: facts.format,
    facts: {},
    ...(pictures === undefined ? {} : { pictures: pictures.facts }),
    limits,
  }
}

/** Size of one frame; for a source before EXIF orientation. */
export function sizeOf(image: Image): Size {
  return image.kind === 'source' ? image.facts : image
}

export function pagesOf(image: Image): number {
  if (image.kind === 'raster') return image.pages
  return image.isAnimated ? image.facts.pages : 1
}

function hasAlpha(image: Image): boolean {
  return image.kind === 'source' ? image.facts.hasAlpha : image.channels === 4
}

export function isGrey(image: Image): boolean {
  return image.kind === 'source'
    ? image.facts.space === 'b-w' || image.facts.space === 'grey16'
    : image.channels === 1
}

/** Whether pixels of this image travel with 16 bit per channel. */
export function is16Bit(image: Image): boolean {
  return image.kind === 'raster' ? image.data instanceof Uint16Array : image.keeps16Bit
}

/** Whether the file holds more than 8 bit per channel. */
export function has16Bit(facts: HeaderFacts): boolean {
  return facts.space === 'rgb16' || facts.space === 'grey16'
}

export function spaceOf(image: Image): WorkingSpace {
  return sourceOf(image).space
}

/**
 * Whether sharp decodes the image into another space than the working space, which it reaches at its end:
 * colours must not be painted before. A source that is worked on in Display P3 keeps its own values up to there,
 * and one of 16 bit is in Display P3 up to there.
 */
export function arrivesLate(image: Image): boolean {
  return image.kind === 'source' && (image.space === 'p3' || isDeepWithProfile(image))
}

function isDeepWithProfile({ hasProfile, facts }: SourceImage): boolean {
  return hasProfile && facts.space === 'rgb16'
}

/**
 * Makes a pipeline end in the working space, or in one grey channel, with 16 bit where the image keeps them.
 * sharp works on 16-bit sources with a profile in Display P3 and forgets to come back: the profile call does that.
 */
export function inWorkingSpace(pipeline: Sharp, image: Image, isGreyOutput = false): Sharp {
  const arrived = arrivesLate(image) ? pipeline.withIccProfile(spaceOf(image), { attach: false }) : pipeline
  return inDepth(arrived, image, isGreyOutput)
}

/** Makes a pipeline end in as many bits as the image keeps, in colour or in one grey channel. */
export function inDepth(pipeline: Sharp, image: Image, isGreyOutput: boolean): Sharp {
  if (isGreyOutput) return pipeline.toColourspace(is16Bit(image) ? 'grey16' : 'b-w')
  return is16Bit(image) ? pipeline.toColourspace('rgb16') : pipeline
}

/** Milliseconds per frame and repetitions; undefined for a still. */
export function animationOf(image: Image): Animation | undefined {
  return pagesOf(image) > 1 ? sourceOf(image).animation : undefined
}

export function sourceOf(image: Image): SourceImage {
  return image.kind === 'source' ? image : image.source
}

/** A fresh sharp instance over the image. */
export function pipelineOf(image: Image): Sharp {
  if (image.kind === 'source') return sourcePipeline(image)
  const { data, width, height, channels, pages } = image
  const roll = pages > 1 ? { pageHeight: height } : {}
  return sharp(data, {
    limitInputPixels: false,
    raw: { width, height: height * pages, channels, ...roll },
    ...(pages > 1 ? { pages: -1 } : {}),
  })
}

/** Sizes were checked against the limits when the source was opened. */
function sourcePipeline({ input, isAnimated, firstFrame, facts, space }: SourceImage): Sharp {
  const roll = isAnimated ? framesOf(firstFrame, facts.pages) : {}
  // sharp would clip to sRGB: the profile is followed once, at the pipeline's end.
  return sharp(input, { failOn, limitInputPixels: false, ignoreIcc: space === 'p3', ...roll })
}

function framesOf(first: number | undefined, pages: number): { page?: number; pages: number } {
  return first === undefined ? { pages: -1 } : { page: first, pages }
}
