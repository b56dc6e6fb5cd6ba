/**
 * The picture parameters of the img-src form: what they may say, and the pipeline they mean.
 *
 * | parameter | values | here |
 * |---|---|---|
 * | `w`, `h` | 1–10000 | one given: ratio kept |
 * | `fit` | cover, contain, fill, scale-down | contain = fit within, enlarging, no padding; scale-down = fit within, never enlarging |
 * | `aspect` | original, 1:1, 4:3, 16:9, 3:2, 21:9 | computes the missing side, rounded half up; alone it crops the source; with both sides it must agree within 1 px |
 * | `dpr` | 1, 1.5, 2, 3 | multiplies `w` and `h` (given or computed), rounded half up, and nothing else |
 * | `crop` | nine positions, attention, entropy; ours: faces, subject | only with fit=cover |
 * | `q` | 1–100, auto, auto:best, auto:good, auto:eco, auto:low, auto:30 … auto:95 | the lowest quality that reaches a perceptual score (70, 85, 75, 65, 50 or the one given), or a fixed one; lossy formats; checked and then without effect on png and gif, which have no quality |
 * | `f` | auto, smallest | the format by what the picture is, or the one with the fewest bytes (at a perceptual score), among those the client shows; wins over the extension |
 * | `max-bytes` | 1–1000000000 | the file has at most so many bytes; `q` is then the most that is tried |
 * | `metadata` | none, copyright | artist and copyright stay; `all`, with its places, needs a signed pipeline |
 * | `color-space` | srgb, p3 | p3: a source with a wide profile is delivered in Display P3 |
 * | `grayscale` | true, false | |
 * | `blur` | 0–100 | sigma in pixels of the result; 0 none, below 0.3 becomes 0.3 (the least the engine can do) |
 * | `sharpen` | 0–100 | strength at a fixed radius of 1 px: slopes n/50 in flat and n/25 in jagged areas, so 50 is sharp's own default; 0 none |
 * | `rotate` | 0, 90, 180, 270, auto | clockwise, after the EXIF orientation, which is always applied: 0 and auto add nothing |
 * | `flip` | h, v, both | h mirrors left and right, v top and bottom |
 */
import type { Format } from '../formats/formats.ts'
import { gravities, sightings, strategies } from '../geometry/gravity.ts'
import { roundSide } from '../geometry/size.ts'
import type { Operation, Pipeline } from '../operations/index.ts'
import { mostMaxBytes } from '../request/byte-budget.ts'
import type { ImageOutput } from '../request/output.ts'
import { colorSpaces } from '../request/output-words.ts'
import { autoQualityForms, readAutoQuality } from '../request/quality-target.ts'
import { canonicalResize, noColor, roundFraction } from './canonical-resize.ts'
import type { DialectContext } from './define.ts'
import type { Parameters } from './parameters.ts'

/** The order in which parameters act, whatever their order in the URL. */
export const imgSrcOrder = [
  'orient',
  'rotate',
  'flip',
  'resize or crop',
  'grayscale',
  'blur',
  'sharpen',
] as const

export const maxSide = 10_000
export const fits = ['cover', 'contain', 'fill', 'scale-down'] as const
/** Ratios as URLs write them, and in lowest terms as operations hold them. */
export const ratios = { '1:1': '1:1', '4:3': '4:3', '16:9': '16:9', '3:2': '3:2', '21:9': '7:3' } as const
export const positions = [...gravities, ...strategies, ...sightings] as const
export const dprs = ['1', '1.5', '2', '3'] as const
/** Slope in flat areas per unit of `sharpen`; jagged areas get twice as much. */
export const sharpenUnit = 50

type Ratio = keyof typeof ratios
const ratioNames = Object.keys(ratios) as readonly Ratio[]

export const pictureNames = [
  'w',
  'h',
  'fit',
  'aspect',
  'q',
  'f',
  'max-bytes',
  'dpr',
  'crop',
  'grayscale',
  'blur',
  'sharpen',
  'rotate',
  'flip',
  'metadata',
  'color-space',
] as const

export interface Picture {
  readonly width: number | undefined
  readonly height: number | undefined
  readonly fit: (typeof fits)[number] | undefined
  readonly ratio: Ratio | undefined
  readonly quality: number | undefined
  /** Perceptual score instead of a quality. */
  readonly target: number | undefined
  readonly choice: 'auto' | 'smallest' | undefined
  readonly maxBytes: number | undefined
  readonly dpr: number
  readonly crop: (typeof positions)[number] | undefined
  readonly grayscale: boolean
  /** Sigma in pixels; 0 is none. */
  readonly blur: number
  /** 0–100; 0 is none. */
  readonly sharpen: number
  readonly rotate: 0 | 90 | 180 | 270
  readonly flip: 'h' | 'v' | 'both' | undefined
  readonly metadata: ImageOutput['metadata'] | undefined
  readonly colorSpace: ImageOutput['colorSpace'] | undefined
  /** Said by a preset only; in a URL the extension says it. */
  readonly format: Format | undefined
}

/** @throws Problem `request/invalid-parameter` */
export function readPicture(parameters: Parameters): Picture {
  const side = { min: 1, max: maxSide }
  const strength = { min: 0, max: 100 }
  const aspect = parameters.oneOf('aspect', ['original', ...ratioNames])
  const rotate = parameters.oneOf('rotate', ['0', '90', '180', '270', 'auto'])
  const blur = roundFraction(parameters.number('blur', strength) ?? 0)
  return {
    width: parameters.integer('w', side),
    height: parameters.integer('h', side),
    fit: parameters.oneOf('fit', fits),
    ratio: aspect === 'original' ? undefined : aspect,
    ...readQuality(parameters),
    choice: parameters.oneOf('f', ['auto', 'smallest']),
    maxBytes: parameters.integer('max-bytes', { min: 1, max: mostMaxBytes }),
    dpr: Number(parameters.oneOf('dpr', dprs) ?? 1),
    crop: parameters.oneOf('crop', positions),
    grayscale: parameters.boolean('grayscale') ?? false,
    blur: blur > 0 ? Math.max(0.3, blur) : 0,
    // Two decimals, so that n/50 still has four.
    sharpen: Math.floor((parameters.number('sharpen', strength) ?? 0) * 100 + 0.5) / 100,
    rotate: rotate === undefined || rotate === 'auto' ? 0 : (Number(rotate) as Picture['rotate']),
    flip: parameters.oneOf('flip', ['h', 'v', 'both']),
    metadata: parameters.oneOf('metadata', ['none', 'copyright']),
    colorSpace: parameters.oneOf('color-space', colorSpaces),
    format: parameters.isFromPreset('format')
      ? parameters.oneOf('format', ['webp', 'avif', 'jpeg', 'png', 'gif', 'jxl'])
      : undefined,
  }
}

function readQuality(parameters: Parameters): Pick<Picture, 'quality' | 'target'> {
  const target = readAutoQuality(parameters.text('q') ?? '')
  if (target !== undefined) return { quality: undefined, target }
  if (parameters.text('q')?.startsWith('auto') === true)
    throw parameters.invalid('q', `must be 1 to 100, ${autoQualityForms}`)
  return { quality: parameters.integer('q', { min: 1, max: 100 }), target: undefined }
}

/** The pipeline of a picture, in `imgSrcOrder`. @throws Problem `request/invalid-parameter` when parameters contradict */
export function pipelineOf(picture: Picture, parameters: Parameters, context: DialectContext): Pipeline {
  const pipeline: Operation[] = []
  if (picture.rotate !== 0)
    pipeline.push({ op: 'rotate', angle: picture.rotate, background: noColor, corners: 'grow' })
  if (picture.flip === 'v' || picture.flip === 'both') pipeline.push({ op: 'flip' })
  if (picture.flip === 'h' || picture.flip === 'both') pipeline.push({ op: 'flop' })
  pushSize(pipeline, picture, parameters, context)
  if (picture.grayscale) pipeline.push({ op: 'grayscale' })
  if (picture.blur > 0) pipeline.push({ op: 'blur', sigma: picture.blur })
  if (picture.sharpen > 0) {
    const flat = roundFraction(picture.sharpen / sharpenUnit)
    pipeline.push({ op: 'sharpen', sigma: 1, flat, jagged: roundFraction(flat * 2) })
  }
  return pipeline
}

function pushSize(
  pipeline: Operation[],
  picture: Picture,
  parameters: Parameters,
  context: DialectContext,
): void {
  const fit = picture.fit ?? context.defaultFitMode ?? 'cover'
  if (picture.crop !== undefined && fit !== 'cover') throw needsCover(picture, parameters, fit, 'crop')
  const { width, height } = sidesOf(picture, parameters)
  if (width === undefined && height === undefined) {
    if (picture.ratio !== undefined) {
      // Only an explicit fit contradicts; the project's default is about boxes, and there is none.
      if (picture.fit !== undefined && picture.fit !== 'cover')
        throw needsCover(picture, parameters, fit, 'aspect')
      pipeline.push({
        op: 'crop',
        aspect: ratios[picture.ratio],
        position: picture.crop ?? 'focal-point',
        zoom: 1,
        outside: 'refuse',
      })
    }
    // A project's largest size bounds what the URL leaves open and never enlarges.
    const { defaultMaxWidth: maxWidth, defaultMaxHeight: maxHeight } = context
    if (maxWidth !== undefined || maxHeight !== undefined) {
      pipeline.push(canonicalResize({ width: maxWidth, height: maxHeight, fit: 'inside', upscale: false }))
    }
    return
  }
  const scale = (side: number | undefined) => (side === undefined ? undefined : roundSide(side * picture.dpr))
  const upscale = fit !== 'scale-down'
  if (width === undefined || height === undefined) {
    pipeline.push(
      canonicalResize({
        width: scale(width) ?? context.defaultMaxWidth,
        height: scale(height) ?? context.defaultMaxHeight,
        fit: 'inside',
        upscale,
      }),
    )
    return
  }
  pipeline.push(
    canonicalResize({
      width: scale(width),
      height: scale(height),
      fit: fit === 'cover' || fit === 'fill' ? fit : 'inside',
      position: picture.crop ?? 'focal-point',
      upscale,
    }),
  )
}

/** Sides in CSS pixels, before `dpr`, the missing one computed from `aspect`. */
function sidesOf(
  picture: Picture,
  parameters: Parameters,
): { width: number | undefined; height: number | undefined } {
  const { width, height, ratio } = picture
  if (ratio === undefined || (width === undefined && height === undefined)) return { width, height }
  const [across, down] = ratio.split(':').map(Number) as [number, number]
  if (width === undefined) {
    const computed = roundSide(((height ?? 0) * across) / down)
    if (computed > maxSide) {
      throw parameters.invalid(
        'aspect',
        `makes w ${computed} of h=${height}, above the largest side ${maxSide}`,
        {
          maximum: maxSide,
        },
      )
    }
    return { width: computed, height }
  }
  if (height === undefined) return { width, height: roundSide((width * down) / across) }
  const agrees =
    Math.abs(height - (width * down) / across) <= 1 || Math.abs(width - (height * across) / down) <= 1
  if (!agrees) {
    throw parameters.invalid(
      'aspect',
      `contradicts w=${width} and h=${height}; give one side, or leave aspect out`,
    )
  }
  return { width, height }
}

function needsCover(picture: Picture, parameters: Parameters, fit: string, name: 'crop' | 'aspect') {
  const origin = picture.fit === undefined ? " (the project's default)" : ''
  const rule = name === 'crop' ? 'only works with fit=cover' : 'without w or h crops, which needs fit=cover'
  return parameters.invalid(name, `${rule}, but fit is ${fit}${origin}`)
}
