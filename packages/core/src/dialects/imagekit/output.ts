/**
 * `f`, `q`, `pr`, `lo`, `md`, `cp`, `orig`: the file; `pg`: which page of it is the picture.
 *
 * Without `f` ImageKit negotiates the format, unless an account says otherwise, and so it is here. The last step that
 * names a format or a quality wins. Places and serial numbers leave the server in signed URLs only.
 */
import { type Format, formatOfExtension, traitsOf } from '../../formats/index.ts'
import { problem } from '../../problem/index.ts'
import { type AcceptBucket, formatsFor } from '../../request/negotiate.ts'
import type { ImageOutput } from '../../request/output.ts'
import type { Step } from './step.ts'

/** What the steps have said so far. */
export interface Saved {
  format?: Format | 'auto' | 'orig'
  quality?: number
  progressive?: boolean
  lossless?: boolean
  keepsMetadata?: boolean
  keepsProfile?: boolean
  /** Of a document, from 1. */
  page?: number
  /** The stored file is wanted, as it is. */
  original?: boolean
}

/** Reads what a step says about the file. @throws Problem `request/invalid-parameter`, `format/unavailable` */
export function readSaving(step: Step, saved: Saved): void {
  const format = step.text('f')
  if (format !== undefined) saved.format = formatNamed(step, format)
  const quality = step.number('q', { min: 1, max: 100 })
  if (quality !== undefined) saved.quality = Math.round(quality)
  saved.progressive = step.flag('pr') ?? saved.progressive ?? false
  saved.lossless = step.flag('lo') ?? saved.lossless ?? false
  saved.keepsMetadata = step.flag('md') ?? saved.keepsMetadata ?? false
  saved.keepsProfile = step.flag('cp') ?? saved.keepsProfile ?? false
  saved.page = readPage(step) ?? saved.page ?? 1
  if (step.has('orig')) {
    if (!step.isOnly('orig')) throw step.invalid('orig', 'stands alone: nothing is done to the original')
    saved.original = step.flag('orig') === true
  }
}

/** Of a PDF; a range of frames or a layer's name is refused. */
function readPage(step: Step): number | undefined {
  const text = step.text('pg')
  if (text === undefined) return undefined
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text)
  throw step.invalid('pg', 'must be the number of a page, from 1')
}

function formatNamed(step: Step, word: string): Format | 'auto' | 'orig' {
  if (word === 'auto' || word === 'orig') return word
  const format = formatOfExtension(word)
  if (format === undefined) throw step.invalid('f', 'is no image format')
  if (traitsOf(format).encode) return format
  throw problem('format/unavailable', { detail: `This server cannot write ${format}.`, members: { format } })
}

export interface OutputTerms {
  readonly accept: AcceptBucket
  readonly defaultQuality: number | undefined
  readonly isSigned: boolean
}

export function outputOf(saved: Saved, { accept, defaultQuality = 80, isSigned }: OutputTerms): ImageOutput {
  const { quality = defaultQuality, progressive, lossless } = saved
  const asked = saved.original === true ? 'orig' : (saved.format ?? 'auto')
  const format = asked === 'auto' && lossless === true ? losslessFor(accept) : asked
  const isChosen = format === 'auto' || format === 'orig'
  const among = formatsFor(format === 'auto' ? accept : 'none')
  const known = isChosen ? undefined : traitsOf(format)
  const keepsAll = lossless === true && known?.lossless === true && known.lossy
  return {
    kind: 'image',
    format: isChosen ? among[0] : format,
    ...(isChosen ? { choice: { by: 'content', among } } : {}),
    ...(keepsAll ? { lossless: true } : known?.lossy === false ? {} : { quality }),
    ...(progressive === true && (isChosen || format === 'jpeg' || format === 'png') ? { progressive } : {}),
    metadata: saved.keepsMetadata === true ? (isSigned ? 'all' : 'copyright') : 'none',
    ...(saved.keepsProfile === true ? { colorSpace: 'p3' } : {}),
    animated: known?.animation ?? true,
  }
}

/** The one that is small and keeps every pixel. */
function losslessFor(accept: AcceptBucket): Format {
  return accept.includes('webp') ? 'webp' : 'png'
}
