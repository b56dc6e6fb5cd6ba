/**
 * The payload's `output`: `{ format, quality, progressive, lossless, maxBytes, metadata,
 * colorSpace, chroma, palette, colors, density }`, WebP of quality 90 when nothing is said.
 *
 * `format: "auto"` chooses by what the picture is, among the formats that `Accept` allows (drawings lossless, motion
 * kept); `"smallest"` takes the one with the fewest bytes. `quality: "auto"` reaches a perceptual score. Quality is dropped where it cannot matter (lossless
 * formats, `lossless: true`), so that equal pictures have equal keys. Formats that are no picture are read in
 * signed-payload-analysis.ts.
 */
import { type Format, traitsOf } from '../formats/formats.ts'
import { problem } from '../problem/index.ts'
import { mostMaxBytes } from '../request/byte-budget.ts'
import { holdsDensity } from '../request/keys.ts'
import { type AcceptBucket, formatsFor, negotiateFormat } from '../request/negotiate.ts'
import type { MadeKind } from '../request/output.ts'
import { chromas, colorSpaces, metadataPolicies, paletteSizes } from '../request/output-words.ts'
import { autoQualityForms, defaultTarget, readAutoQuality } from '../request/quality-target.ts'
import { isObject, pointer } from './json-text.ts'
import { invalidPayload, unknownMember } from './payload-problem.ts'
import { quote } from './quote.ts'
import { analysisFormats, readAnalysis } from './signed-payload-analysis.ts'

export const defaultFormat = 'webp'
export const defaultQuality = 90

const formatNames = ['auto', 'smallest', 'webp', 'jpeg', 'png', 'avif', 'gif', 'tiff', 'jp2', 'heif'] as const
const members = [
  'format',
  'quality',
  'progressive',
  'lossless',
  'maxBytes',
  'metadata',
  'colorSpace',
  'chroma',
  'palette',
  'colors',
  'density',
] as const
/** All that `output.format` may say. */
export const outputFormats = [...formatNames, ...analysisFormats] as const
/** What `auto` chooses from, best first. */
const negotiable = ['avif', 'webp', 'jpeg'] as const satisfies readonly Format[]
/** Finer than any printer; fits every format's field. */
const mostDensity = 10_000
const progressiveFormats: readonly Format[] = ['jpeg', 'png']
const chromaFormats: readonly Format[] = ['jpeg', 'avif', 'heif']
const losslessFormats: readonly Format[] = ['webp', 'avif', 'jp2', 'heif']

/**
 * `fromEdits` is the budget that an edit `compressToSize` set.
 * @throws Problem `pipeline/invalid` with a `pointer`, `format/unavailable`
 */
export function readOutput(
  value: unknown,
  accept: AcceptBucket,
  fromEdits: number | undefined,
): { readonly output: MadeKind; readonly negotiated: boolean } {
  const output = value === undefined ? {} : value
  if (!isObject(output)) throw invalidPayload('/output', `"output" must be an object, not ${quote(output)}.`)
  const analysis = readAnalysis(output)
  if (analysis !== undefined) {
    if (fromEdits !== undefined)
      throw invalidPayload(
        '/edits',
        '"compressToSize" is about a picture, and "output.format" asks for none.',
      )
    return { output: analysis, negotiated: false }
  }
  for (const name of Object.keys(output)) {
    if (!members.some((member) => member === name)) throw unknownMember(['output'], name, members)
  }
  const named = readFormat(output.format === undefined ? defaultFormat : output.format)
  const isOpen = named === 'auto' || named === 'smallest'
  const format = isOpen ? negotiateFormat(accept, negotiable) : named
  const traits = traitsOf(format)
  if (!traits.encode) {
    throw problem('format/unavailable', {
      detail: `This server cannot write ${format}.`,
      members: { format, pointer: '/output/format' },
    })
  }
  const quality = readQuality(output.quality, named === 'smallest')
  const progressive = readFlag(output.progressive, 'progressive', named, progressiveFormats)
  const lossless = readFlag(output.lossless, 'lossless', named, losslessFormats)
  const isLossless = lossless && losslessFormats.includes(format)
  const by = named === 'smallest' ? 'size' : 'content'
  const choice = isOpen && !isLossless ? ({ by, among: formatsFor(accept) } as const) : undefined
  const maxBytes = readMaxBytes(output.maxBytes, '/output/maxBytes') ?? fromEdits
  const colorSpace = readWord(output.colorSpace, 'colorSpace', colorSpaces)
  const chroma = readWord(output.chroma, 'chroma', chromas)
  if (chroma !== undefined && !isOpen && !chromaFormats.includes(format))
    throw invalidPayload(
      '/output/chroma',
      `"output.chroma" goes with ${chromaFormats.join(' or ')}, not with ${format}.`,
    )
  const palette = readFlag(output.palette, 'palette', named, ['png'])
  const density = readDensity(output.density, named)
  const colors = readColors(output.colors, palette || format === 'gif')
  return {
    output: {
      kind: 'image',
      format,
      ...(choice === undefined ? {} : { choice }),
      ...(traits.lossy && !isLossless ? quality : {}),
      ...(isLossless ? { lossless: true } : {}),
      ...(progressive && progressiveFormats.includes(format) ? { progressive: true } : {}),
      ...(maxBytes === undefined ? {} : { maxBytes }),
      metadata: readWord(output.metadata, 'metadata', metadataPolicies) ?? 'none',
      ...(colorSpace === 'p3' ? { colorSpace } : {}),
      ...(chroma === undefined ? {} : { chroma }),
      ...(palette ? { palette } : {}),
      ...(colors === undefined ? {} : { colors }),
      ...(density === undefined ? {} : { density }),
      animated: traits.animation || choice !== undefined,
    },
    negotiated: isOpen,
  }
}

function readFormat(value: unknown): (typeof formatNames)[number] {
  const format = formatNames.find((name) => name === value)
  if (format === undefined) {
    throw invalidPayload(
      '/output/format',
      `"output.format" must be one of ${outputFormats.join(', ')}, not ${quote(value)}.`,
    )
  }
  return format
}

/** A fixed quality or a perceptual score. The smallest of several formats has only a score: qualities do not compare. */
function readQuality(value: unknown, isSmallest: boolean): { quality: number } | { target: number } {
  if (value === undefined) return isSmallest ? { target: defaultTarget } : { quality: defaultQuality }
  const target = typeof value === 'string' ? readAutoQuality(value) : undefined
  if (target !== undefined) return { target }
  const isWhole = typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 100
  if (isWhole && !isSmallest) return { quality: value }
  const numbers = isSmallest ? '' : 'a whole number from 1 to 100, '
  const why = isSmallest ? ' (qualities of different formats do not compare)' : ''
  throw invalidPayload(
    '/output/quality',
    `"output.quality" must be ${numbers}${autoQualityForms}${why}, not ${quote(value)}.`,
  )
}

/** @throws Problem `pipeline/invalid` */
export function readMaxBytes(value: unknown, place: string): number | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= mostMaxBytes)
    return value
  throw invalidPayload(
    place,
    `"maxBytes" must be a whole number of bytes from 1 to ${mostMaxBytes}, not ${quote(value)}.`,
  )
}

function readColors(value: unknown, isPalette: boolean): (typeof paletteSizes)[number] | undefined {
  if (value === undefined) return undefined
  if (!isPalette)
    throw invalidPayload('/output/colors', '"output.colors" goes with gif, or with png and "palette": true.')
  const size = paletteSizes.find((known) => known === value)
  if (size !== undefined) return size
  throw invalidPayload(
    '/output/colors',
    `"output.colors" must be one of ${paletteSizes.join(', ')}, not ${quote(value)}.`,
  )
}

function readDensity(value: unknown, format: Format | 'auto' | 'smallest'): number | undefined {
  if (value === undefined) return undefined
  if (format === 'auto' || format === 'smallest' || !holdsDensity.has(format))
    throw invalidPayload(
      '/output/density',
      `"output.density" goes with ${[...holdsDensity].join(' or ')}, not with ${format}.`,
    )
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= mostDensity) return value
  throw invalidPayload(
    '/output/density',
    `"output.density" must be a whole number of pixels an inch from 1 to ${mostDensity}, not ${quote(value)}.`,
  )
}

function readWord<const T extends string>(value: unknown, name: string, words: readonly T[]): T | undefined {
  const word = words.find((known) => known === value)
  if (word !== undefined || value === undefined) return word
  throw invalidPayload(
    pointer('output', name),
    `"output.${name}" must be one of ${words.join(', ')}, not ${quote(value)}.`,
  )
}

/** A flag only some formats have; asked for with another one it is a mistake worth telling. */
function readFlag(
  value: unknown,
  name: string,
  format: Format | 'auto' | 'smallest',
  supporting: readonly Format[],
): boolean {
  if (value === undefined || value === false) return false
  if (value !== true)
    throw invalidPayload(
      pointer('output', name),
      `"output.${name}" must be true or false, not ${quote(value)}.`,
    )
  if (format !== 'auto' && format !== 'smallest' && !supporting.includes(format)) {
    throw invalidPayload(
      pointer('output', name),
      `"output.${name}" goes with ${supporting.join(' or ')}, not with ${format}.`,
    )
  }
  return true
}
