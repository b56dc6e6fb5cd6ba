/**
 * `f`, `q`, the extension and the flags about the file.
 *
 * Without any of them Cloudinary keeps the stored format, which a URL does not say: the format then goes by what the
 * picture is, among JPEG, PNG and GIF. The last step that names a format or a quality wins; `f` wins over the extension.
 */
import { type Format, formatOfExtension, traitsOf } from '../../formats/index.ts'
import { problem } from '../../problem/index.ts'
import { type AcceptBucket, formatsFor } from '../../request/negotiate.ts'
import type { ImageOutput } from '../../request/output.ts'
import { readAutoQuality } from '../../request/quality-target.ts'
import { isPlainName } from '../download-name.ts'
import { quote } from '../quote.ts'
import type { Step } from './step.ts'

/** What the steps have said so far. */
export interface Saved {
  format?: Format | 'auto'
  quality?: number
  target?: number
  chroma?: NonNullable<ImageOutput['chroma']>
  progressive?: boolean
  palette?: boolean
  metadata?: ImageOutput['metadata']
  maxBytes?: number
  colorSpace?: NonNullable<ImageOutput['colorSpace']>
  /** File name of an attachment; empty: that of the picture. */
  download?: string
  immutable?: boolean
}

/** Reads what a step says about the file. @throws Problem `request/invalid-parameter`, `format/unavailable` */
export function readSaving(step: Step, saved: Saved): void {
  const format = step.text('f')
  if (format === 'auto') saved.format = 'auto'
  else if (format !== undefined) saved.format = formatNamed(step, format)
  readQuality(step, saved)
  for (const flag of (step.text('fl') ?? '').split('.')) if (flag !== '') readFlag(step, flag, saved)
}

function formatNamed(step: Step, word: string): Format {
  const format = formatOfExtension(word)
  if (format === undefined) throw step.invalid('f', 'is no image format')
  if (traitsOf(format).encode) return format
  throw problem('format/unavailable', { detail: `This server cannot write ${format}.`, members: { format } })
}

/** `q_80`, `q_80:444`, `q_auto`, `q_auto:eco`. */
function readQuality(step: Step, saved: Saved): void {
  const text = step.text('q')
  if (text === undefined) return
  const match = /^(?:(\d{1,3})(?::(420|444))?|auto(?::(?:best|good|eco|low))?)$/.exec(text)
  const quality = match?.[1] === undefined ? undefined : Number(match[1])
  if (match === null || quality === 0 || (quality ?? 1) > 100) {
    throw step.invalid('q', 'must be 1 to 100, auto, auto:best, auto:good, auto:eco or auto:low')
  }
  delete saved.quality
  delete saved.target
  const target = readAutoQuality(text)
  if (target !== undefined) saved.target = target
  if (quality !== undefined) saved.quality = quality
  if (match[2] !== undefined) saved.chroma = match[2] === '444' ? '4:4:4' : '4:2:0'
}

function readFlag(step: Step, flag: string, saved: Saved): void {
  const [name, ...value] = flag.split(':')
  switch (name) {
    case 'progressive':
      saved.progressive = value[0] !== 'none'
      return
    case 'lossy':
    case 'png8':
      saved.palette = true
      return
    case 'attachment':
      saved.download = fileName(step, value.join(':'))
      return
    case 'keep_iptc':
    case 'keep_attribution':
      saved.metadata = 'copyright'
      return
    case 'strip_profile':
    case 'force_strip':
      saved.metadata = 'none'
      return
    case 'immutable_cache':
      saved.immutable = true
      return
    // Sources move in every format that can, which is what these ask for.
    case 'animated':
    case 'awebp':
      return
    default:
      throw step.invalid('fl', `has a flag this server does not know: ${quote(name)}`)
  }
}

function fileName(step: Step, name: string): string {
  if (!isPlainName(name)) throw step.invalid('fl', 'must name a plain file')
  return name
}

export function outputOf(
  saved: Saved,
  extension: Format | undefined,
  {
    accept,
    defaultQuality = 80,
  }: { readonly accept: AcceptBucket; readonly defaultQuality: number | undefined },
): ImageOutput {
  const { format = extension, quality = defaultQuality, target, maxBytes, colorSpace } = saved
  const among = format === 'auto' ? formatsFor(accept) : formatsFor('none')
  const isChosen = format === 'auto' || format === undefined
  const known = isChosen ? undefined : traitsOf(format)
  const can = (...names: readonly Format[]) => isChosen || names.includes(format)
  return {
    kind: 'image',
    format: isChosen ? among[0] : format,
    ...(isChosen ? { choice: { by: 'content', among } } : {}),
    ...(known?.lossy === false ? {} : target === undefined ? { quality } : { target }),
    ...(maxBytes === undefined ? {} : { maxBytes }),
    ...(saved.chroma !== undefined && can('jpeg', 'avif', 'heif') ? { chroma: saved.chroma } : {}),
    ...(saved.progressive !== undefined && can('jpeg', 'png') ? { progressive: saved.progressive } : {}),
    ...(saved.palette === true && can('png') ? { palette: true } : {}),
    metadata: saved.metadata ?? 'none',
    ...(colorSpace === 'p3' ? { colorSpace } : {}),
    animated: known?.animation ?? true,
  }
}
