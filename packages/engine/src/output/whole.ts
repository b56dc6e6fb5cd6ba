/** Files that need no search: all the pixels at a quality that is known, or without loss. */
import { type ImageOutput, type Step, traitsOf } from '@fovea/core/model'
import { encode, stepsForOutput } from '../encode.ts'
import { frameOf, type Raster } from '../image.ts'
import type { Encoded } from '../pool/protocol.ts'
import { indexedPng } from './indexed-png.ts'

/** The best lossless file: a PNG of few colours has a palette of just these. */
export async function encodeLossless(raster: Raster, output: ImageOutput): Promise<Encoded> {
  const plain = withoutQuality(output)
  if (output.format !== 'png') return whole(raster, { ...plain, lossless: true })
  const made = await whole(raster, plain)
  if (output.metadata !== 'none' || output.progressive === true || raster.source.space === 'p3') return made
  const bytes = indexedPng(raster)
  return bytes === undefined || bytes.length >= made.bytes.length ? made : { ...made, bytes }
}

/** One encoding of all the pixels. */
export function whole(raster: Raster, output: ImageOutput): Promise<Encoded> {
  return encode(raster, onto(raster, output), output)
}

/** What the format needs before it is written. */
export function onto(raster: Raster, output: ImageOutput): readonly Step[] {
  return stepsForOutput(output, frameOf(raster))
}

export function withoutQuality({ quality: _, ...output }: ImageOutput): ImageOutput {
  return output
}

/** Whether the format has a quality to search. */
export function hasQuality({ format, lossless }: ImageOutput): boolean {
  return traitsOf(format).lossy && lossless !== true
}
