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
import { codecOf } from './codecs/index.ts'
import { execute, madeSize } from './execute.ts'
import { frameOf, type Image, inWorkingSpace, pagesOf, pipelineOf, sizeOf } from './image.ts'
import { keepMetadata } from './metadata.ts'
import type { MadeOutput } from './pool/protocol.ts'
import { applyPass } from './sharp/apply.ts'
import { running } from './sharp/errors.ts'

/** AVIF beyond this is scaled down first (PRODUCT §4): the encoder's memory grows with every pixel. */
const maxAvifPixels = 8_000_000
const maxAvifSide = 4_000

const white = { r: 255, g: 255, b: 255, alpha: 1 }

/** Steps a format needs behind the pipeline: no alpha where it has none, no more pixels than its encoder takes. */
export function stepsForOutput(output: ImageOutput, frame: Frame): readonly Step[] {
  const size = output.format === 'avif' ? avifSize(frame) : frame
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
  const pages = pagesOf(image)
  const codec = codecOf(format)
  if (codec.encode === undefined)
    throw problem('format/unavailable', { detail: `${format} cannot be written here.` })
  if (codec.writesOrientation && isTagged(image) && output.metadata === 'none') {
    return encode(await execute(steps, image), [], output)
  }
  const applied = inWorkingSpace(applyPass(pipelineOf(image), steps, sizeOf(image)), image)
  const animation = pages > 1 ? image.animation : undefined
  const pipeline = codec.encode(keepMetadata(applied, image, output.metadata), output, {
    width: frame.width,
    height: frame.height,
    animation,
    isPhoto: traitsOf(frame.format).lossy,
  })
  const { data, info } = await running(pipeline.toBuffer({ resolveWithObject: true }), image.kind)
  return { bytes: data, format, ...madeSize(steps, frame, info), pages }
}

/** Pixels are upright by now; a tag that survives would turn them again. Raw pixels carry none. */
function isTagged(image: Image): boolean {
  return image.kind === 'source' && image.facts.orientation !== 1
}

function checkSide({ format }: ImageOutput, { width, height }: Frame): void {
  const { maxSide } = traitsOf(format)
  if (Math.max(width, height) <= maxSide) return
  throw problem('operation/too-large', {
    detail: `${format} holds at most ${maxSide} px a side; the result is ${width}×${height} px.`,
    members: { format, limit: maxSide, width, height },
  })
}

function avifSize({ width, height }: Frame): { width: number; height: number } {
  const scale = Math.min(
    1,
    Math.sqrt(maxAvifPixels / (width * height)),
    maxAvifSide / Math.max(width, height),
  )
  if (scale === 1) return { width, height }
  return { width: roundSide(width * scale), height: roundSide(height * scale) }
}
