/**
 * `force_format`, `q` and `optipress`.
 *
 * One format is what the answer has, whatever the client accepts; of several the first that it accepts. `webp` is soft:
 * JPEG takes its place where that has fewer bytes at the same quality; `_webp` is not. Without a format the source's own
 * is kept: the one its extension names, and where that says nothing the picture decides.
 */
import { type Format, traitsOf } from '../../formats/formats.ts'
import type { SourceRef } from '../../request/image-request.ts'
import type { AcceptBucket } from '../../request/negotiate.ts'
import type { ImageOutput } from '../../request/output.ts'
import { formatOfSource } from '../source-format.ts'
import type { CloudimageParameters } from './reader.ts'

/** A word of the list: `original` keeps the source's, `webp` may end as JPEG. */
interface Wanted {
  readonly format: Format | 'original'
  readonly isSoft: boolean
}

const formats: Readonly<Record<string, Format | 'original'>> = {
  jpeg: 'jpeg',
  jpg: 'jpeg',
  png: 'png',
  webp: 'webp',
  avif: 'avif',
  gif: 'gif',
  original: 'original',
}

const automatic: readonly Wanted[] = [
  { format: 'webp', isSoft: false },
  { format: 'original', isSoft: false },
]

/** The vendor does not say; its own is about this. */
const defaultQuality = 80
/** `optipress` → score of SSIMULACRA 2; see `q=auto:best`, `auto:good` and `auto:eco`. */
const scores = { 1: 85, 2: 75, 3: 65 } as const

export interface Saving {
  readonly output: ImageOutput
  readonly negotiated: boolean
}

export interface Asked {
  readonly source: SourceRef
  readonly accept: AcceptBucket
  /** Where no format is asked for, WebP is for whoever accepts it. */
  readonly sendsWebp: boolean
}

export function savingOf(parameters: CloudimageParameters, { source, accept, sendsWebp }: Asked): Saving {
  const said = wantedFormats(parameters)
  const wanted = said.length === 0 && sendsWebp ? automatic : said
  const isShown = ({ format }: Wanted) => (format !== 'webp' && format !== 'avif') || accept.includes(format)
  const chosen = wanted.length > 1 ? wanted.find(isShown) : wanted[0]
  const format = chosen === undefined || chosen.format === 'original' ? formatOfSource(source) : chosen.format
  return {
    output: imageOutput(parameters, format, chosen?.isSoft === true),
    negotiated: wanted.length > 1 && wanted.some((one) => one.format === 'webp' || one.format === 'avif'),
  }
}

function imageOutput(
  parameters: CloudimageParameters,
  format: Format | undefined,
  isSoft: boolean,
): ImageOutput {
  const level = parameters.oneOf('optipress', ['1', '2', '3'])
  const asked = parameters.number('q', { min: 1, max: 100 })
  const quality = Math.floor((asked ?? defaultQuality) + 0.5)
  const target = level === undefined ? undefined : scores[level]
  const said = target === undefined ? { quality } : { target, ...(asked === undefined ? {} : { quality }) }
  const plain = { kind: 'image', metadata: 'none' } as const
  if (format === undefined) {
    return { ...plain, format: 'jpeg', choice: { by: 'content', among: fallbacks }, ...said, animated: true }
  }
  if (isSoft) {
    const by = target === undefined ? 'bytes' : 'size'
    return { ...plain, format, choice: { by, among: [format, 'jpeg'] }, ...said, animated: true }
  }
  const { lossy, animation } = traitsOf(format)
  return { ...plain, format, ...(lossy ? said : {}), animated: animation }
}

const fallbacks: readonly Format[] = ['jpeg', 'png', 'gif']

function wantedFormats(parameters: CloudimageParameters): readonly Wanted[] {
  const text = parameters.text('force_format')
  if (text === undefined) return []
  const wanted = text.split(',', 16).flatMap((part) => {
    const word = part.trim().toLowerCase()
    const name = word.replace(/^_/, '')
    const format = Object.hasOwn(formats, name) ? formats[name] : undefined
    return format === undefined ? [] : [{ format, isSoft: word === 'webp' }]
  })
  if (wanted.length > 0) return wanted
  throw parameters.invalid(
    'force_format',
    `must name ${Object.keys(formats).join(', ')} or _webp, several with commas`,
  )
}
