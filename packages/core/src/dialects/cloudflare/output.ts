/** `format`, `quality`, `anim`, `metadata` and `compression`. */
import { type Format, traitsOf } from '../../formats/formats.ts'
import { type AcceptBucket, formatsFor } from '../../request/negotiate.ts'
import type { ImageOutput } from '../../request/output.ts'
import { shownFormat } from '../source-format.ts'
import type { Options } from './options.ts'

const words = ['auto', 'avif', 'webp', 'jpeg', 'baseline-jpeg', 'json'] as const

/** Our scale of the vendor's words. */
const qualityWords: ReadonlyMap<string, number> = new Map([
  ['high', 90],
  ['medium-high', 80],
  ['medium-low', 65],
  ['low', 50],
])
const defaultQuality = 85

export interface Saving {
  readonly output: ImageOutput
  /** The answer is the description of the picture instead. */
  readonly isJson: boolean
  readonly negotiated: boolean
}

/** `extension` of the source: what the format is unless the options say it. */
export function savingOf(options: Options, extension: string, accept: AcceptBucket): Saving {
  const word = options.oneOf('format', words)
  const isFast = options.oneOf('compression', ['fast']) !== undefined
  const isAnimated = options.oneOf('anim', ['true', 'false']) !== 'false'
  const kept = options.oneOf('metadata', ['copyright', 'keep', 'none'])
  const quality = qualityOf(options)
  // Fast ones are those that every client shows.
  const negotiated = word === 'auto' && !isFast
  const format = formatFor(word, extension)
  const among = formatsFor(negotiated ? accept : 'none')
  const first = format ?? among[0]
  const { lossy, animation } = traitsOf(first)
  return {
    output: {
      kind: 'image',
      format: first,
      ...(format === undefined ? { choice: { by: 'content', among } as const } : {}),
      ...(format === undefined || lossy ? { quality } : {}),
      ...(word === 'jpeg' ? { progressive: true } : {}),
      // What nobody has signed for gives away no places: keep is copyright.
      metadata: kept === 'none' ? 'none' : 'copyright',
      animated: isAnimated && (format === undefined || animation),
    },
    isJson: word === 'json',
    negotiated,
  }
}

/** `undefined` where the picture decides. */
function formatFor(word: (typeof words)[number] | undefined, extension: string): Format | undefined {
  switch (word) {
    case 'avif':
    case 'webp':
    case 'jpeg':
      return word
    case 'baseline-jpeg':
      return 'jpeg'
    case 'auto':
    case 'json':
      return undefined
    default:
      return shownFormat(extension)
  }
}

function qualityOf(options: Options): number {
  const text = options.text('quality')
  const word = text === undefined ? undefined : qualityWords.get(text)
  return word ?? options.number('quality', { min: 1, max: 100, isWhole: true }) ?? defaultQuality
}
