/**
 * What a signed payload's `output.format` may ask for besides a picture: `json` (with `details`), `palette` and `css`
 * (with `colors`, css also with `prefix`), `blurhash` (with `components: { x, y }`), `thumbhash` and `lqip`.
 *
 * Whoever signs owns the picture, so `json` tells its EXIF too; the place and serial numbers only with
 * `details: "all"`.
 */
import { classPrefix, maxBlurHashComponents, maxPaletteColors } from '../request/analysis.ts'
import type { AnalysisOutput, PlaceholderOutput } from '../request/output.ts'
import { defaultColors, defaultPrefix } from './img-src-analysis.ts'
import { isObject, pointer } from './json-text.ts'
import { invalidPayload, unknownMember } from './payload-problem.ts'
import { quote } from './quote.ts'

/** Members that each form takes beside `format`. */
const formats = {
  json: ['details'],
  palette: ['colors'],
  css: ['colors', 'prefix'],
  blurhash: ['components'],
  thumbhash: [],
  lqip: [],
} as const satisfies Readonly<Record<string, readonly string[]>>

type AnalysisFormat = keyof typeof formats
type OutputMember = Readonly<Record<string, unknown>>

export const analysisFormats = Object.keys(formats) as readonly AnalysisFormat[]

const detailWords = ['none', 'public', 'all'] as const

/** The output when its `format` is one of these. @throws Problem `pipeline/invalid` with a `pointer` */
export function readAnalysis(output: OutputMember): AnalysisOutput | undefined {
  const format = analysisFormats.find((name) => name === output.format)
  if (format === undefined) return undefined
  const known = ['format', ...formats[format]]
  for (const name of Object.keys(output)) {
    if (!known.includes(name)) throw unknownMember(['output'], name, known)
  }
  switch (format) {
    case 'json':
      return { kind: 'facts', details: readDetails(output.details) }
    case 'palette':
      return { kind: 'palette', as: 'json', colors: readColors(output.colors) }
    case 'css':
      return {
        kind: 'palette',
        as: 'css',
        colors: readColors(output.colors),
        prefix: readPrefix(output.prefix),
      }
    case 'blurhash': {
      const components = readComponents(output.components)
      return { kind: 'placeholder', as: 'blurhash', ...(components === undefined ? {} : { components }) }
    }
    case 'thumbhash':
    case 'lqip':
      return { kind: 'placeholder', as: format }
  }
}

/** The inverse of `readAnalysis`, defaults left out. */
export function analysisMember(output: AnalysisOutput): OutputMember {
  switch (output.kind) {
    case 'facts':
      return { format: 'json', ...(output.details === 'public' ? {} : { details: output.details }) }
    case 'palette': {
      const { as, colors, prefix = defaultPrefix } = output
      return {
        format: as === 'json' ? 'palette' : 'css',
        ...(colors === defaultColors ? {} : { colors }),
        ...(as === 'json' || prefix === defaultPrefix ? {} : { prefix }),
      }
    }
    case 'placeholder': {
      const { as, components } = output
      return { format: as, ...(components === undefined ? {} : { components }) }
    }
  }
}

function readDetails(value: unknown): (typeof detailWords)[number] {
  if (value === undefined) return 'public'
  const word = detailWords.find((known) => known === value)
  if (word !== undefined) return word
  throw invalid('details', `must be one of ${detailWords.join(', ')}`, value)
}

function readColors(value: unknown): number {
  if (value === undefined) return defaultColors
  if (isWhole(value, 0, maxPaletteColors)) return value
  throw invalid('colors', `must be a whole number from 0 to ${maxPaletteColors}`, value)
}

function readPrefix(value: unknown): string {
  if (value === undefined) return defaultPrefix
  if (typeof value === 'string' && classPrefix.test(value)) return value
  throw invalid('prefix', 'must be 1–64 letters, digits, "_" or "-", beginning with a letter or "_"', value)
}

function readComponents(value: unknown): PlaceholderOutput['components'] {
  if (value === undefined) return undefined
  const most = maxBlurHashComponents
  if (
    isObject(value) &&
    Object.keys(value).length === 2 &&
    isWhole(value.x, 1, most) &&
    isWhole(value.y, 1, most)
  )
    return { x: value.x, y: value.y }
  throw invalid('components', `must be { "x", "y" } with whole numbers from 1 to ${most}`, value)
}

function isWhole(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
}

function invalid(name: string, rule: string, value: unknown) {
  return invalidPayload(pointer('output', name), `"output.${name}" ${rule}, not ${quote(value)}.`)
}
