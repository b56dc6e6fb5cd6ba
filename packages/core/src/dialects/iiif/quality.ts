/** The last segment: `{quality}.{format}`. Source: Image API 3.0 §4.4, §4.5 */
import { type Format, formats, traitsOf } from '../../formats/formats.ts'
import type { OperationInput } from '../../operations/index.ts'
import { problem } from '../../problem/index.ts'
import { invalid } from './invalid.ts'

export const qualities = ['default', 'color', 'gray', 'bitonal'] as const
export type Quality = (typeof qualities)[number]

/** The standard's extensions; those that level 2 requires first. */
const byExtension = {
  jpg: 'jpeg',
  png: 'png',
  webp: 'webp',
  gif: 'gif',
  tif: 'tiff',
  jp2: 'jp2',
  pdf: 'pdf',
} as const satisfies Readonly<Record<string, Format>>

type Extension = keyof typeof byExtension

const extensions = Object.keys(byExtension) as readonly Extension[]
const writable = extensions.filter((extension) => formats[byExtension[extension]].encode)

/** Beyond level 2. */
export const extraExtensions = writable.filter((extension) => extension !== 'jpg' && extension !== 'png')

export interface QualityAndFormat {
  readonly quality: Quality
  readonly extension: Extension
  readonly format: Format
}

/** @throws Problem `request/invalid-parameter`, `format/unavailable` */
export function readQuality(text: string): QualityAndFormat {
  const dot = text.indexOf('.')
  const named = dot < 0 ? text : text.slice(0, dot)
  const quality = qualities.find((known) => known === named)
  if (quality === undefined) throw invalid('quality', named, `must be one of ${qualities.join(', ')}`)
  const ending = dot < 0 ? '' : text.slice(dot + 1)
  const extension = extensions.find((known) => known === ending)
  if (extension === undefined) throw invalid('format', ending, `must be one of ${writable.join(', ')}`)
  const format = byExtension[extension]
  if (!traitsOf(format).encode) {
    throw problem('format/unavailable', {
      detail: `This server cannot write ${extension}; ask for ${writable.join(', ')}.`,
      members: { parameter: 'format', format },
    })
  }
  return { quality, extension, format }
}

export function qualityOf(quality: Quality): readonly OperationInput[] {
  if (quality === 'gray') return [{ op: 'grayscale' }]
  return quality === 'bitonal' ? [{ op: 'threshold' }] : []
}
