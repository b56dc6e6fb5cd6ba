/** Which encoded output a source gets: format, quality and the extension of its file. */
import { extname } from 'node:path'
import { type Format, formatOfExtension, formats, type ImageOutput, traitsOf } from '@fovea/core'
import { UsageError } from '../exit-code.ts'

export const writableFormats: readonly Format[] = (Object.keys(formats) as Format[]).filter(
  (format) => traitsOf(format).encode,
)

/** Output settings of one command line; the format may still depend on each source. */
export interface OutputWish {
  readonly format: Format | undefined
  /** 1–100. */
  readonly quality: number | undefined
  readonly maxBytes: number | undefined
  readonly lossless: boolean
  readonly progressive: boolean
  readonly metadata: ImageOutput['metadata']
  readonly colorSpace: ImageOutput['colorSpace'] | undefined
  readonly animated: boolean
}

const defaultQuality = 80

/** The wished format, else the source's own when it can be written, else WebP. */
function formatFor(wish: OutputWish, source: Format): Format {
  if (wish.format !== undefined) return wish.format
  return traitsOf(source).encode ? source : 'webp'
}

/** The whole output for one source; a quality stays out where the format has no such scale. */
export function outputFor(wish: OutputWish, source: Format): ImageOutput {
  const format = formatFor(wish, source)
  const traits = traitsOf(format)
  const isLossless = wish.lossless && traits.lossy
  return {
    kind: 'image',
    format,
    ...(traits.lossy && !isLossless ? { quality: wish.quality ?? defaultQuality } : {}),
    ...(isLossless ? { lossless: true } : {}),
    ...(wish.maxBytes === undefined ? {} : { maxBytes: wish.maxBytes }),
    ...(wish.progressive && (format === 'jpeg' || format === 'png') ? { progressive: true } : {}),
    metadata: wish.metadata,
    ...(wish.colorSpace === undefined ? {} : { colorSpace: wish.colorSpace }),
    animated: wish.animated && traits.animation,
  }
}

/**
 * Format of `--format`, or of the extension of a single output file.
 * @throws UsageError when the extension and the flag disagree, or the extension cannot be written
 */
export function wishedFormat(flag: string | undefined, outFile: string | undefined): Format | undefined {
  const asked = flag === undefined ? undefined : formatOfExtension(flag)
  const extension = outFile === undefined ? '' : extname(outFile).slice(1)
  const named = extension === '' ? undefined : formatOfExtension(extension)
  if (asked !== undefined && named !== undefined && named !== asked) {
    throw new UsageError(`--format ${flag} does not fit the file name ${outFile}: leave one of them out`)
  }
  const format = asked ?? named
  if (format !== undefined && !traitsOf(format).encode) {
    throw new UsageError(`${format} cannot be written; choose one of ${writableFormats.join(', ')}`)
  }
  return format
}
