/** Which encoded output a source gets: format, quality and the extension of its file. */
import { extname } from 'node:path'
import {
  defaultTarget,
  type Format,
  formatOfExtension,
  formats,
  formatsFor,
  type ImageOutput,
  traitsOf,
} from '@fovea/core'
import { UsageError } from '../exit-code.ts'

export const writableFormats: readonly Format[] = (Object.keys(formats) as Format[]).filter(
  (format) => traitsOf(format).encode,
)

/** Output settings of one command line; the format may still depend on each source. */
export interface OutputWish {
  readonly format: Format | undefined
  /** 1–100. */
  /** The format is left to the engine. */
  readonly choice: 'content' | 'size' | undefined
  readonly quality: number | undefined
  /** Perceptual score instead of a quality. */
  readonly target: number | undefined
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
  if (wish.choice !== undefined) return chosenOutput(wish, wish.choice)
  const format = formatFor(wish, source)
  const traits = traitsOf(format)
  const isLossless = wish.lossless && traits.lossy
  return {
    kind: 'image',
    format,
    ...(traits.lossy && !isLossless ? qualityOf(wish) : {}),
    ...(isLossless ? { lossless: true } : {}),
    ...(wish.maxBytes === undefined ? {} : { maxBytes: wish.maxBytes }),
    ...(wish.progressive && (format === 'jpeg' || format === 'png') ? { progressive: true } : {}),
    metadata: wish.metadata,
    ...(wish.colorSpace === undefined ? {} : { colorSpace: wish.colorSpace }),
    animated: wish.animated && traits.animation,
  }
}

function chosenOutput(wish: OutputWish, by: 'content' | 'size'): ImageOutput {
  const { colorSpace, maxBytes, metadata, animated, lossless, progressive } = wish
  const among = formatsFor('avif,webp')
  return {
    kind: 'image',
    format: among[0],
    choice: { by, among },
    ...(by === 'size' ? { target: wish.target ?? defaultTarget } : qualityOf(wish)),
    ...(lossless ? { lossless } : {}),
    ...(progressive ? { progressive } : {}),
    ...(maxBytes === undefined ? {} : { maxBytes }),
    metadata,
    ...(colorSpace === 'p3' ? { colorSpace } : {}),
    animated,
  }
}

function qualityOf({ quality, target }: OutputWish): { quality: number } | { target: number } {
  return target === undefined ? { quality: quality ?? defaultQuality } : { target }
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
