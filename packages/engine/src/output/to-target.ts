/**
 * Encodes at the lowest quality that looks as good as asked: trials on a part of the picture, then one whole file.
 *
 * Drawings show errors more than photos do, so theirs is a stricter target, and a lossless file that is hardly larger
 * is better still.
 */
import type { ImageOutput } from '@fovea/core/model'
import { isFlat } from '../analysis/flatness.ts'
import { encode } from '../encode.ts'
import { execute } from '../execute.ts'
import type { Raster } from '../image.ts'
import { Original } from '../metric/ssimulacra2.ts'
import { decodeForeign, open } from '../open.ts'
import type { Encoded } from '../pool/protocol.ts'
import { findQuality } from '../search/target-quality.ts'
import { mosaicOf } from './mosaic.ts'
import { onto, whole, withoutQuality } from './whole.ts'

/** Score for pictures of flat colours, unless a higher one is asked. */
const flatTarget = 85
/** How much larger a lossless file may be than the lossy one of the same drawing. */
const losslessWorth = 1.25
/** A part scores so much more than its picture, which also has the large shapes. */
const partBonus = 1.5
/** Formats whose lossless files of drawings are small. */
const losslessFormats: ReadonlySet<string> = new Set(['webp', 'jxl'])

export type Targeted = ImageOutput & { readonly target: number }

/** `hint` is the quality that an earlier search of the same source ended with; it changes no byte. */
export async function encodeToTarget(
  raster: Raster,
  output: Targeted,
  hint: number | undefined,
): Promise<Encoded> {
  const { target, ...plain } = output
  const isDrawing = isFlat(raster)
  const lossy = await lossyAt(
    raster,
    { ...plain, target: isDrawing ? Math.max(target, flatTarget) : target },
    hint,
  )
  if (!isDrawing || !losslessFormats.has(output.format)) return lossy
  const lossless = await whole(raster, { ...withoutQuality(plain), lossless: true })
  const encodes = (lossy.encodes ?? 0) + 1
  return lossless.bytes.length <= losslessWorth * lossy.bytes.length
    ? { ...lossless, encodes }
    : { ...lossy, encodes }
}

async function lossyAt(raster: Raster, output: Targeted, hint: number | undefined): Promise<Encoded> {
  const { target, ...plain } = output
  const { colorSpace: _, ...trial } = plain
  // Numbers are compared with numbers, so that wide colours pass for sRGB here.
  const mosaic = mosaicOf(raster)
  const sample = { ...mosaic, source: { ...mosaic.source, space: 'srgb' } } as const
  const original = new Original(sample)
  const scoreAt = async (quality: number) => {
    const { bytes } = await encode(sample, onto(sample, trial), { ...trial, quality, metadata: 'none' })
    const shown = await execute([], await decodeForeign(await open({ bytes }, raster.source.limits)))
    return original.score(mosaicOf(shown))
  }
  const isPart = sample.width * sample.height < raster.width * raster.height
  const goal = { format: output.format, target: target + (isPart ? partBonus : 0), hint }
  const found = await findQuality(goal, scoreAt)
  const quality = Math.min(found.quality, output.quality ?? 100)
  const made = await whole(raster, { ...plain, quality })
  return { ...made, quality, encodes: found.measurements + 1 }
}
