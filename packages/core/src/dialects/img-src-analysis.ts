/**
 * Our extension of the img-src form: `as` asks for what can be told about the picture instead of the picture.
 *
 * | parameter | values | answer |
 * |---|---|---|
 * | `as` | json | size, colours, placeholders and fingerprint; no EXIF, because these URLs are anybody's |
 * | | palette | the colours as JSON |
 * | | css | the colours as CSS classes |
 * | | blurhash, thumbhash, lqip | a placeholder as text |
 * | `colors` | 0–16 | with palette and css; 6 |
 * | `prefix` | a CSS name | with css: what class names begin with; `image` |
 * | `components` | 1x1 – 9x9 | with blurhash: waves across and down; four along the longer side |
 *
 * Picture parameters act first, so the palette is that of the crop. `q` and
 * `max-bytes` have nothing to say then and are refused.
 */
import { classPrefix, maxBlurHashComponents, maxPaletteColors } from '../request/analysis.ts'
import type { AnalysisOutput, PlaceholderOutput } from '../request/output.ts'
import type { Parameters } from './parameters.ts'

export const analysisNames = ['as', 'colors', 'prefix', 'components'] as const

const kinds = ['json', 'palette', 'css', 'blurhash', 'thumbhash', 'lqip'] as const
type Kind = (typeof kinds)[number]

export const defaultColors = 6
export const defaultPrefix = 'image'

/** Which kinds a parameter goes with. */
const goesWith: Readonly<Record<string, readonly Kind[]>> = {
  colors: ['palette', 'css'],
  prefix: ['css'],
  components: ['blurhash'],
}

/** @throws Problem `request/invalid-parameter` */
export function readAnalysis(parameters: Parameters): AnalysisOutput | undefined {
  const as = parameters.oneOf('as', kinds)
  const colors = parameters.integer('colors', { min: 0, max: maxPaletteColors })
  const prefix = parameters.matching(
    'prefix',
    classPrefix,
    'must be 1–64 letters, digits, "_" or "-", beginning with a letter or "_"',
  )
  const components = readComponents(parameters)
  for (const [name, value] of Object.entries({ colors, prefix, components })) {
    const fitting = goesWith[name] ?? []
    if (value !== undefined && (as === undefined || !fitting.includes(as)))
      throw parameters.invalid(name, `goes with as=${fitting.join(' or as=')}`)
  }
  switch (as) {
    case undefined:
      return undefined
    case 'json':
      return { kind: 'facts', details: 'none' }
    case 'palette':
      return { kind: 'palette', as: 'json', colors: colors ?? defaultColors }
    case 'css':
      return { kind: 'palette', as, colors: colors ?? defaultColors, prefix: prefix ?? defaultPrefix }
    case 'blurhash':
      return { kind: 'placeholder', as, ...(components === undefined ? {} : { components }) }
    case 'thumbhash':
    case 'lqip':
      return { kind: 'placeholder', as }
  }
}

/** The parameters that `readAnalysis` reads as this output; `undefined` when there are none. */
export function analysisPairs(output: AnalysisOutput): readonly string[] | undefined {
  switch (output.kind) {
    case 'facts':
      return output.details === 'none' ? ['as=json'] : undefined
    case 'palette':
      return [
        `as=${output.as === 'json' ? 'palette' : 'css'}`,
        `colors=${output.colors}`,
        ...(output.as === 'css' ? [`prefix=${output.prefix ?? defaultPrefix}`] : []),
      ]
    case 'placeholder': {
      const { as, components } = output
      return [`as=${as}`, ...(components === undefined ? [] : [`components=${components.x}x${components.y}`])]
    }
  }
}

function readComponents(parameters: Parameters): PlaceholderOutput['components'] {
  const most = maxBlurHashComponents
  const text = parameters.matching('components', /^[1-9]x[1-9]$/, `must be from 1x1 to ${most}x${most}`)
  const [x, y] = text?.split('x').map(Number) ?? []
  return x === undefined || y === undefined ? undefined : { x, y }
}
