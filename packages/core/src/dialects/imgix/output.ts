/**
 * imgix's formats: `fm`, else what `auto` and the browser decide, else the source's own.
 *
 * A dialect does not see the source: its format is the one its path's extension names, and without one that browsers
 * show the engine chooses between JPEG, PNG and GIF by the picture.
 */
import { type Format, traitsOf } from '../../formats/formats.ts'
import { problem } from '../../problem/index.ts'
import { classPrefix, maxPaletteColors } from '../../request/analysis.ts'
import type { SourceRef } from '../../request/image-request.ts'
import type { AcceptBucket } from '../../request/negotiate.ts'
import type { ImageOutput, Output } from '../../request/output.ts'
import { colorsUpTo } from '../palette-size.ts'
import { formatOfSource } from '../source-format.ts'
import type { ImgixParameters } from './reader.ts'

const formats = ['gif', 'jpg', 'pjpg', 'jp2', 'png', 'png8', 'png32', 'webp', 'avif'] as const
const texts = ['json', 'blurhash'] as const
const unavailable = ['jxr', 'mp4', 'webm', 'spritesheet', 'hls', 'dash'] as const

const written: Readonly<Record<(typeof formats)[number], Format>> = {
  gif: 'gif',
  jpg: 'jpeg',
  pjpg: 'jpeg',
  jp2: 'jp2',
  png: 'png',
  png8: 'png',
  png32: 'png',
  webp: 'webp',
  avif: 'avif',
}

export interface Asked {
  readonly source: SourceRef
  readonly accept: AcceptBucket
  /** Words of `auto`. */
  readonly auto: readonly string[]
  /** The client wants to save data. */
  readonly isSaving: boolean
}

/** @throws Problem `format/unavailable` for films and JPEG XR */
export function outputOf(parameters: ImgixParameters, asked: Asked): Output {
  const palette = parameters.oneOf('palette', ['json', 'css'])
  if (palette !== undefined) {
    const colors = parameters.integer('colors', { min: 0, max: maxPaletteColors }) ?? 6
    if (palette === 'json') return { kind: 'palette', as: palette, colors }
    const prefix = parameters.text('prefix')
    const isName = prefix !== undefined && classPrefix.test(prefix)
    return { kind: 'palette', as: palette, colors, prefix: isName ? prefix : 'image' }
  }
  const fm = parameters.oneOf('fm', [...formats, ...texts, ...unavailable])
  if (fm === 'json')
    return { kind: 'metadata', ...(parameters.flag('faces') === true ? { sees: 'faces' } : {}) }
  if (fm === 'blurhash') return { kind: 'placeholder', as: 'blurhash' }
  const isWritten = (name: string): name is (typeof formats)[number] =>
    (formats as readonly string[]).includes(name)
  if (fm !== undefined && !isWritten(fm)) {
    throw problem('format/unavailable', {
      detail: `fm=${fm} is not made here; ask for ${formats.join(', ')}, json or blurhash.`,
      members: { parameter: 'fm' },
    })
  }
  return imageOutput(parameters, asked, fm)
}

function imageOutput(
  parameters: ImgixParameters,
  { source, accept, auto, isSaving }: Asked,
  fm: (typeof formats)[number] | undefined,
): ImageOutput {
  const own = fm === undefined ? formatOfSource(source) : written[fm]
  const isCompressed = auto.includes('compress') || isSaving
  const negotiated = auto.includes('format') ? offered(accept, own) : undefined
  const open = isCompressed ? (['jpeg', 'png', 'gif'] as const) : own === undefined ? fallbacks : undefined
  const choice = negotiated === undefined ? open : undefined
  const format = negotiated ?? choice?.[0] ?? own ?? 'jpeg'
  const q = parameters.integer('q', { min: 0, max: 100 })
  const isLossless = format === 'webp' && parameters.flag('lossless') === true
  const quality = Math.max(1, q ?? (isCompressed ? 45 : 75))
  const chroma = parameters.oneOf('chromasub', ['444', '422', '420'])
  const isJpeg = format === 'jpeg' || choice !== undefined
  const isPng = format === 'png' && choice === undefined
  const colors = format === 'gif' || isPng ? quantised(parameters) : undefined
  const isWide = parameters.oneOf('cs', ['origin', 'srgb', 'adobergb1998', 'tinysrgb', 'strip']) === 'origin'
  return {
    kind: 'image',
    format,
    ...(choice === undefined ? {} : { choice: { by: 'content', among: choice } }),
    ...(isLossless ? { lossless: true } : traitsOf(format).lossy ? { quality } : {}),
    ...(isJpeg ? { progressive: fm === 'pjpg' || (parameters.flag('jpg-progressive') ?? true) } : {}),
    ...(isPng && (fm === 'png8' || colors !== undefined) ? { palette: true } : {}),
    ...(colors === undefined ? {} : { colors }),
    ...(chroma !== undefined && (format === 'jpeg' || format === 'avif')
      ? { chroma: chroma === '420' ? ('4:2:0' as const) : ('4:4:4' as const) }
      : {}),
    metadata: parameters.oneOf('iptc', ['allow', 'block']) === 'allow' ? 'copyright' : 'none',
    ...(isWide ? { colorSpace: 'p3' as const } : {}),
    animated: (choice !== undefined || traitsOf(format).animation) && !isOneFrame(parameters),
  }
}

const fallbacks = ['jpeg', 'png', 'gif'] as const

/** AVIF before WebP, as imgix does; what may move stays able to. */
function offered(accept: AcceptBucket, own: Format | undefined): Format | undefined {
  if (accept.includes('avif') && own !== 'gif') return 'avif'
  return accept.includes('webp') ? 'webp' : undefined
}

function quantised(parameters: ImgixParameters): ImageOutput['colors'] {
  const most = parameters.integer('colorquant', { min: 2, max: 256 })
  return most === undefined ? undefined : colorsUpTo(most)
}

function isOneFrame(parameters: ImgixParameters): boolean {
  const [frame] = parameters.parts('frame', 1) ?? []
  if (frame !== '1') return false
  parameters.acted('frame')
  return true
}
