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
} from '@fovea/core'
import type { Sharp } from 'sharp'
import { type Codec, codecOf, maxAv1 } from './codecs/index.ts'
import { execute, madeSize } from './execute.ts'
import {
  animationOf,
  frameOf,
  type Image,
  inWorkingSpace,
  isGrey,
  pagesOf,
  pipelineOf,
  sizeOf,
  sourceOf,
} from './image.ts'
import { keepMetadata, onSource } from './metadata/keep.ts'
import type { MadeOutput } from './pool/protocol.ts'
import { applyPass } from './sharp/apply.ts'
import { running } from './sharp/errors.ts'

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
  if (mustShedTag(image, codec, output)) return encode(await execute(steps, image), [], output)
  const isGreyOutput =
    codec.holdsGrey === true && (isGrey(image) || steps.some(({ step }) => step === 'greyscale'))
  const pixels = inWorkingSpace(await lastPipeline(image, steps, output), image, isGreyOutput)
  const context = {
    width: frame.width,
    height: frame.height,
    animation: animationOf(image),
    isPhoto: traitsOf(frame.format).lossy,
  }
  const pipeline = codec.encode(keepMetadata(pixels, sourceOf(image), output.metadata), output, context)
  const { data, info } = await running(pipeline.toBuffer({ resolveWithObject: true }), image.kind)
  const bytes = codec.finish?.(data) ?? data
  return { bytes, format, ...madeSize(steps, frame, info), pages: pagesOf(image) }
}

/** Encodes by the codec's own encoder, from pixels. */
async function encodeForeign(
  image: Image,
  steps: readonly Step[],
  output: ImageOutput,
  { encodePixels }: Codec,
): Promise<Omit<MadeOutput, 'passes'>> {
  const { data, width, height, channels } = await execute(steps, image)
  const depth = data instanceof Uint16Array ? 16 : 8
  const bytes = await encodePixels?.({ data, width, height, channels, depth }, output)
  if (bytes === undefined) {
    throw problem('format/unavailable', { detail: `${output.format} cannot be written here.` })
  }
  return { bytes, format: output.format, width, height, pages: 1 }
}

/** A pipeline that ends in the output's pixels and, where the output keeps all metadata, still has them. */
async function lastPipeline(image: Image, steps: readonly Step[], output: ImageOutput): Promise<Sharp> {
  if (image.kind === 'raster' && output.metadata === 'all') {
    return onSource(await execute(steps, image))
  }
  return applyPass(pipelineOf(image), steps, sizeOf(image))
}

/**
 * Whether the source's orientation tag would reach the output and turn upright pixels again: sharp has no call that
 * drops it alone. Raw pixels carry none.
 */
function mustShedTag(image: Image, { writesOrientation }: Codec, { metadata }: ImageOutput): boolean {
  if (image.kind === 'raster' || image.facts.orientation === 1) return false
  return metadata === 'copyright' || (metadata === 'none' && writesOrientation === true)
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
