/** The end of a run that makes no picture: what is told about the last pixels, as text. */
import {
  type FactsOutput,
  type Frame,
  type ImageOutput,
  type MadeFormat,
  type RunOutput,
  roundSide,
  type Size,
  type Step,
  textFormatOf,
} from '@fovea/core/model'
import type { Raster } from '../image.ts'
import { detailsIn } from '../metadata/details.ts'
import { type PictureFacts, swatchNames } from '../pool/picture-facts.ts'
import { blurHash, componentsFor } from './blur-hash.ts'
import { look, viewSide } from './look.ts'
import { lqip } from './lqip.ts'
import { hexOf } from './oklab.ts'
import { coloursOf, meanLuma } from './palette.ts'
import { paletteText, swatchesIn } from './palette-text.ts'
import { perceptualHash } from './perceptual-hash.ts'
import { isOpaque, maxWholePixels, type Sample, sampleOf, sampleSide } from './sample.ts'
import { thumbHash } from './thumb-hash.ts'

/** What is told in words. */
type DescribedOutput = Exclude<RunOutput, ImageOutput>

export interface Description {
  readonly bytes: Uint8Array
  readonly format: MadeFormat
}

const factsColors = 6

/**
 * Steps before an analysis: it looks at a small copy, which the decoder can often make by itself. Where a single
 * transparent pixel counts it looks at all of them, unless they are too many.
 */
export function stepsForAnalysis({ kind }: DescribedOutput, frame: Frame): readonly Step[] {
  const { width, height, hasAlpha } = frame
  if (kind === 'facts' && hasAlpha && width * height <= maxWholePixels) return []
  const scale = (kind === 'sightings' ? viewSide : sampleSide) / Math.max(width, height)
  if (scale >= 1) return []
  // Colours without overshoot: none comes out that was not there.
  const kernel = kind === 'sightings' ? 'cubic' : 'linear'
  return [{ step: 'resize', width: roundSide(width * scale), height: roundSide(height * scale), kernel }]
}

/** `size` is that of the picture, which `raster` may be a smaller copy of. */
export async function describe(raster: Raster, output: DescribedOutput, size: Size): Promise<Description> {
  const text = await textOf(raster, output, size)
  return { bytes: Buffer.from(text, 'utf8'), format: textFormatOf(output) ?? 'text' }
}

async function textOf(raster: Raster, output: DescribedOutput, size: Size): Promise<string> {
  if (output.kind === 'sightings') return JSON.stringify(await look(raster, output.of))
  const sample = sampleOf(raster)
  switch (output.kind) {
    case 'palette':
      return paletteText(sample, output)
    case 'placeholder':
      switch (output.as) {
        case 'blurhash':
          return blurHash(sample, output.components ?? componentsFor(sample))
        case 'thumbhash':
          return base64(thumbHash(sample))
        case 'lqip':
          return lqip(sample)
      }
      break
    case 'facts':
      return JSON.stringify({ ...(await factsOf(raster, sample, size)), ...detailsOf(raster, output) })
  }
}

async function factsOf(raster: Raster, sample: Sample, { width, height }: Size): Promise<PictureFacts> {
  const colours = coloursOf(sample)
  const dominant = colours.dominant()
  const average = colours.average()
  const swatches = swatchesIn(colours)
  return {
    width,
    height,
    isTransparent: !isOpaque(raster),
    dominantColor: dominant === undefined ? null : hexOf(dominant),
    averageColor: average === undefined ? null : hexOf(average),
    luminance: meanLuma(sample),
    palette: colours.palette(factsColors).map(({ rgb, share }) => ({ color: hexOf(rgb), share })),
    swatches: Object.fromEntries(
      swatchNames.flatMap((name) => {
        const rgb = swatches[name]
        return rgb === undefined ? [] : [[name, hexOf(rgb)]]
      }),
    ),
    blurhash: blurHash(sample, componentsFor(sample)),
    thumbhash: base64(thumbHash(sample)),
    lqip: await lqip(sample),
    perceptualHash: perceptualHash(sample),
    source: raster.source.facts,
  }
}

function detailsOf({ source }: Raster, { details }: FactsOutput): Pick<PictureFacts, 'details'> {
  return details === 'none' ? {} : { details: detailsIn(source.blocks, details) }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}
