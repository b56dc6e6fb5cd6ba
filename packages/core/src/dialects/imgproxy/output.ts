/**
 * The file: `@ext` or `.ext` of the URL, else `format`, else what the source's name says, else JPEG, PNG or GIF by what
 * the picture is. Places and serial numbers leave the server in signed URLs only.
 *
 * Source of the qualities: imgproxy's configuration, IMGPROXY_QUALITY and IMGPROXY_FORMAT_QUALITY, version 3.
 */
import { type Format, formatOfExtension, traitsOf } from '../../formats/index.ts'
import { problem } from '../../problem/index.ts'
import type { SourceRef } from '../../request/image-request.ts'
import { type AcceptBucket, formatsFor } from '../../request/negotiate.ts'
import type { ImageOutput } from '../../request/output.ts'
import { defaultTarget } from '../../request/quality-target.ts'
import { quote } from '../quote.ts'
import { formatOfSource } from '../source-format.ts'
import type { Settings } from './settings.ts'

/** Where imgproxy's own differ from the quality of all formats. */
const usualQualities: ReadonlyMap<Format, number> = new Map([
  ['webp', 79],
  ['avif', 63],
  ['jxl', 77],
] as const)

export interface OutputTerms {
  readonly source: SourceRef
  readonly extension: string | undefined
  readonly accept: AcceptBucket
  readonly defaultQuality: number | undefined
  readonly isSigned: boolean
}

/** @throws Problem `request/invalid-parameter`, `format/unavailable` */
export function outputOf(settings: Settings, terms: OutputTerms): ImageOutput {
  const asked = formatIn(terms.extension) ?? settings.format ?? formatOfSource(terms.source)
  const file = {
    ...(settings.maxBytes === undefined ? {} : { maxBytes: settings.maxBytes }),
    metadata: metadataOf(settings, terms.isSigned),
    ...(settings.stripProfile ? {} : { colorSpace: 'p3' as const }),
  }
  if (asked === 'best') {
    const among = formatsFor(terms.accept)
    const target = settings.target ?? defaultTarget
    return {
      kind: 'image',
      format: among[0],
      choice: { by: 'size', among },
      target,
      ...file,
      animated: !settings.oneFrame,
    }
  }
  const among = formatsFor('none')
  const traits = asked === undefined ? undefined : traitsOf(asked)
  return {
    kind: 'image',
    format: asked ?? among[0],
    ...(asked === undefined ? { choice: { by: 'content', among } } : {}),
    ...(asked === 'webp' && settings.lossless
      ? { lossless: true }
      : traits?.lossy === false
        ? {}
        : qualityOf(settings, asked, terms.defaultQuality)),
    ...coding(settings, asked),
    ...file,
    animated: (traits?.animation ?? true) && !settings.oneFrame,
  }
}

function formatIn(extension: string | undefined): Format | 'best' | undefined {
  if (extension === undefined || extension === 'best') return extension
  const format = formatOfExtension(extension)
  if (format === undefined) {
    throw problem('request/invalid-parameter', {
      detail: `Invalid URL: ${quote(extension)} is no image format.`,
      members: { parameter: 'format' },
    })
  }
  if (traitsOf(format).encode) return format
  throw problem('format/unavailable', { detail: `This server cannot write ${format}.`, members: { format } })
}

/** What is said of all formats, then of this one, then the project's and imgproxy's own. */
function qualityOf(
  { quality, formatQuality, target }: Settings,
  format: Format | undefined,
  defaultQuality: number | undefined,
): Pick<ImageOutput, 'quality' | 'target'> {
  if (target !== undefined) return { target }
  const own = format === undefined ? undefined : formatQuality.get(format)
  const usual = format === undefined ? undefined : usualQualities.get(format)
  return { quality: quality ?? own ?? defaultQuality ?? usual ?? 80 }
}

function coding(settings: Settings, format: Format | undefined): Partial<ImageOutput> {
  const isJpeg = format === 'jpeg' || format === undefined
  const isPng = format === 'png' || format === undefined
  const chroma = format === 'avif' ? settings.avifChroma : isJpeg ? settings.jpegChroma : undefined
  const isProgressive = (isJpeg && settings.progressive) || (isPng && settings.interlaced)
  return {
    ...(chroma === undefined ? {} : { chroma }),
    ...(isProgressive ? { progressive: true } : {}),
    ...(isPng && settings.palette ? { palette: true } : {}),
    ...(isPng && settings.palette && settings.colors !== undefined ? { colors: settings.colors } : {}),
  }
}

function metadataOf({ stripMetadata, keepCopyright }: Settings, isSigned: boolean): ImageOutput['metadata'] {
  if (!stripMetadata) return isSigned ? 'all' : 'copyright'
  return keepCopyright ? 'copyright' : 'none'
}
