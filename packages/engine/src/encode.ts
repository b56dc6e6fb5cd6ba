/**
 * The end of a run: the last steps and the encoder in one sharp instance, so that a plain resize costs what bare
 * sharp costs.
 */
import {
  type Frame,
  frameAfterAll,
  type ImageOutput,
  problem,
  roundSide,
  type Step,
  traitsOf,
} from '@fovea/core/model'
import type { Sharp } from 'sharp'
import { type Codec, codecOf, maxAv1 } from './codecs/index.ts'
import { execute } from './execute.ts'
import { madeSize } from './hand-over.ts'
import {
  animationOf,
  frameOf,
  type Image,
  inDepth,
  inWorkingSpace,
  isGrey,
  pagesOf,
  pipelineOf,
  sizeOf,
  sourceOf,
} from './image.ts'
import { withDensity } from './metadata/density.ts'
import { carrying, withBlocks, withRights } from './metadata/keep.ts'
import { exifOfRights } from './metadata/write-exif.ts'
import type { MadeOutput } from './pool/protocol.ts'
import { applyPass } from './sharp/apply.ts'
import { running } from './sharp/errors.ts'
import { profileNamed } from './sharp/profiles.ts'

const white = { r: 255, g: 255, b: 255, alpha: 1 }

/** Steps a format needs behind the pipeline: no alpha where it has none, no more pixels than its encoder takes. */
export function stepsForOutput(output: ImageOutput, frame: Frame): readonly Step[] {
  const isAv1 = output.format === 'avif' || output.format === 'heif'
  const size = isAv1 ? av1Size(frame) : frame
  const resize: readonly Step[] =
    size.width === frame.width && size.height === frame.height
      ? []
      : [{ step: 'resize', width: size.width, height: size.height, kernel: 'lanczos3' }]
  return traitsOf(output.format).alpha ? resize : [...resize, { step: 'flatten', background: white }]
}

/**
 * Applies the last steps and encodes.
 * @throws Problem `operation/too-large` when a side is longer than the format allows
 */
export async function encode(
  image: Image,
  steps: readonly Step[],
  output: ImageOutput,
): Promise<Omit<MadeOutput, 'passes'>> {
  const { format } = output
  const frame = frameAfterAll(frameOf(image), steps)
  checkSide(output, frame)
  const codec = codecOf(format)
  if (codec.encodePixels !== undefined) return encodeForeign(image, steps, output, codec)
  if (codec.encode === undefined) {
    throw problem('format/unavailable', { detail: `${format} cannot be written here.` })
  }
  if (mustBePixels(image, steps, codec, output)) return encode(await execute(steps, image), [], output)
  const isGreyOutput = codec.holdsGrey === true && isGreyBehind(image, steps)
  const pixels = await lastPipeline(image, steps, output, isGreyOutput)
  const context = {
    width: frame.width,
    height: frame.height,
    animation: animationOf(image),
    isPhoto: traitsOf(frame.format).lossy,
  }
  const pipeline = codec.encode(pixels, output, context)
  const { data, info } = await running(pipeline.toBuffer({ resolveWithObject: true }), image.kind)
  return {
    bytes: withDensity(
      withBlocks(codec.finish?.(data) ?? data, sourceOf(image), output, pagesOf(image)),
      output,
    ),
    format,
    ...madeSize(steps, frame, info),
    pages: pagesOf(image),
  }
}

/** Encodes by the codec's own encoder, from pixels. */
async function encodeForeign(
  image: Image,
  steps: readonly Step[],
  output: ImageOutput,
  { encodePixels }: Codec,
): Promise<Omit<MadeOutput, 'passes'>> {
  const raster = await execute(steps, image)
  const { data, width, height, channels, source } = raster
  const depth = data instanceof Uint16Array ? 16 : 8
  const icc = source.space === 'p3' && !isGrey(raster) ? await profileNamed('p3') : undefined
  const profile = icc === undefined ? {} : { icc }
  const bytes = await encodePixels?.(
    { data, width, height, channels, depth, ...profile },
    output,
    output.metadata === 'copyright' ? exifOfRights(source.rights) : undefined,
  )
  if (bytes === undefined) {
    throw problem('format/unavailable', { detail: `${output.format} cannot be written here.` })
  }
  return { bytes, format: output.format, width, height, pages: 1 }
}

/** A pipeline that ends in the output's pixels, with the metadata and the profile that go with them. */
async function lastPipeline(
  image: Image,
  steps: readonly Step[],
  { metadata }: ImageOutput,
  isGreyOutput: boolean,
): Promise<Sharp> {
  const { rights, space } = sourceOf(image)
  const isWide = space === 'p3' && !isGreyBehind(image, steps)
  const pixels =
    image.kind === 'raster' && image.pages === 1 && (isWide || metadata === 'all')
      ? inDepth(await carrying(image, metadata), image, isGreyOutput)
      : inWorkingSpace(applyPass(pipelineOf(image), steps, sizeOf(image)), image, isGreyOutput)
  // The first call had the pixels converted and dropped the profile; the later one decides.
  const profiled = isWide && image.kind === 'source' ? pixels.withIccProfile('p3') : pixels
  return metadata === 'copyright' ? withRights(profiled, rights) : profiled
}

/**
 * Whether the last steps must be done apart from the encoder: sharp has no call that drops the source's orientation
 * tag or a thumbnail alone (raw pixels carry none), and pixels that must be given a profile take no steps.
 */
function mustBePixels(
  image: Image,
  steps: readonly Step[],
  { writesOrientation }: Codec,
  { metadata }: ImageOutput,
): boolean {
  if (image.kind === 'raster') {
    const isProfiled = image.source.space === 'p3' && !isGreyBehind(image, steps)
    return steps.length > 0 && (metadata === 'all' || isProfiled)
  }
  if (metadata === 'all') return pagesOf(image) === 1
  if (metadata === 'copyright') return image.blocks.exif !== undefined
  return writesOrientation === true && image.facts.orientation !== 1
}

/** Whether the picture is grey behind the steps: it then needs neither three channels nor a profile. */
function isGreyBehind(image: Image, steps: readonly Step[]): boolean {
  return isGrey(image) || steps.some(({ step }) => step === 'greyscale')
}

function checkSide({ format }: ImageOutput, { width, height }: Frame): void {
  const { maxSide } = traitsOf(format)
  if (Math.max(width, height) <= maxSide) return
  throw problem('operation/too-large', {
    detail: `${format} holds at most ${maxSide} px a side; the result is ${width}×${height} px.`,
    members: { format, limit: maxSide, width, height },
  })
}

function av1Size({ width, height }: Frame): { width: number; height: number } {
  const scale = Math.min(
    1,
    Math.sqrt(maxAv1.pixels / (width * height)),
    maxAv1.side / Math.max(width, height),
  )
  if (scale === 1) return { width, height }
  return { width: roundSide(width * scale), height: roundSide(height * scale) }
}
