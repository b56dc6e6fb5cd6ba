/** One run of sharp that ends in pixels: 8-bit or 16-bit, in the working space, straight alpha. */
import { frameAfterAll, problem, type Size, type Step } from '@fovea/core/model'
import type { OutputInfo, Sharp } from 'sharp'
import {
  frameOf,
  type Image,
  inWorkingSpace,
  is16Bit,
  pagesOf,
  pipelineOf,
  type Raster,
  sizeOf,
  sourceOf,
} from './image.ts'
import { applyPass } from './sharp/apply.ts'
import { running } from './sharp/errors.ts'
import { sharp } from './sharp/setup.ts'

/** Runs sharp once, to raw pixels. */
export async function handOver(steps: readonly Step[], image: Image): Promise<Raster> {
  const frame = frameAfterAll(frameOf(image), steps)
  // One channel stays one: sharp would make three of it, and steps by hand compare what goes in with what comes out.
  const staysGrey = image.kind === 'raster' && image.channels === 1 && !frame.hasAlpha
  const pipeline = inWorkingSpace(applyPass(pipelineOf(image), steps, sizeOf(image)), image, staysGrey)
  // sharp's raw output of a greyscale run is one channel, whether there is alpha or not: a TIFF keeps both.
  const losesAlpha = frame.hasAlpha && steps.some(({ step }) => step === 'greyscale')
  const raw = losesAlpha ? await viaTiff(pipeline, image) : pipeline
  const depth = is16Bit(image) ? 'ushort' : 'uchar'
  const { data, info } = await running(raw.raw({ depth }).toBuffer({ resolveWithObject: true }), image.kind)
  const pages = pagesOf(image)
  const size = madeSize(steps, frame, info)
  const samples =
    depth === 'ushort'
      ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2)
      : // No Buffer: its `slice` is a view, and steps that change such a "copy" would change what other outputs share.
        new Uint8Array(data.buffer, data.byteOffset, data.length)
  checkLength(samples.length, size.width * size.height * pages * info.channels, image)
  return {
    kind: 'raster',
    data: samples,
    ...size,
    channels: info.channels as Raster['channels'],
    pages,
    source: sourceOf(image),
  }
}

/** A wrong length means that a file is not what its header promised, or that our own reckoning is wrong. */
function checkLength(made: number, expected: number, { kind }: Image): void {
  if (made === expected) return
  if (kind === 'raster') throw new Error(`sharp made ${made} samples where ${expected} were expected`)
  throw problem('source/undecodable', { detail: 'The image is not as large as its header says.' })
}

/**
 * Size of one frame that a run made. sharp reports the size of the later cut even when a border follows it, so its
 * word counts only where nobody else knows: after a free rotation (always a pass of its own).
 */
export function madeSize(steps: readonly Step[], predicted: Size, info: OutputInfo): Size {
  if (steps.some(({ step }) => step === 'rotate')) return { width: info.width, height: info.height }
  return { width: predicted.width, height: predicted.height }
}

async function viaTiff(pipeline: Sharp, image: Image): Promise<Sharp> {
  const tiff = await running(pipeline.tiff({ compression: 'none' }).toBuffer(), image.kind)
  const options = { limitInputPixels: false, ...(pagesOf(image) > 1 ? { pages: -1 } : {}) } as const
  return is16Bit(image) ? sharp(tiff, options).toColourspace('rgb16') : sharp(tiff, options)
}
