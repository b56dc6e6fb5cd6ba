/**
 * The bundled fonts: npm packages that carry a font in WOFF2 files by script, with the characters of each file.
 *
 * Pure data, read by the documentation too. Versions are those of the engine's package.json and part of every variant
 * key (`revision.ts`). All are under the SIL Open Font License 1.1; the emoji's drawings under CC-BY 4.0.
 */
import type { FontFamily } from '@fovea/core/model'

export interface FontPackage {
  /** npm package. */
  readonly name: string
  readonly title: string
  /** What it is there for, as the documentation says it. */
  readonly writes: string
  /** All from the first to the last in one file, or a file each. */
  readonly weights: { readonly from: number; readonly to: number } | readonly number[]
  readonly hasItalic?: true
  /** Asked for Latin, Greek and Cyrillic too; others only for what they are named after. */
  readonly isWestern?: true
  /** Letters join: space between them would tear words apart. */
  readonly isJoined?: true
}

const variable = (id: string, title: string, writes: string): FontPackage => ({
  name: `@fontsource-variable/${id}`,
  title,
  writes,
  weights: { from: 100, to: 900 },
})
const noto = (script: string, title: string, writes = title) =>
  variable(`noto-sans-${script}`, `Noto Sans ${title}`, writes)

const western = (id: string, title: string, writes = 'Latin, Greek, Cyrillic, Vietnamese'): FontPackage => ({
  ...variable(id, title, writes),
  isWestern: true,
})
const sans: FontPackage = { ...western('noto-sans', 'Noto Sans'), hasItalic: true }

export const families: Readonly<Record<FontFamily, FontPackage>> = {
  sans,
  serif: { ...western('noto-serif', 'Noto Serif'), hasItalic: true },
  mono: western('noto-sans-mono', 'Noto Sans Mono'),
  display: {
    ...western('oswald', 'Oswald', 'Latin, Cyrillic, Vietnamese; narrow, for headlines'),
    weights: { from: 200, to: 700 },
  },
}

/** Chinese, Japanese and Korean share characters that each writes in its own way; the text decides who comes first. */
export const eastAsian = {
  japanese: noto('jp', 'JP', 'Japanese'),
  simplified: noto('sc', 'SC', 'Chinese, simplified'),
  traditional: noto('tc', 'TC', 'Chinese, traditional'),
  korean: noto('kr', 'KR', 'Korean'),
} as const

/** Colour glyphs as flat layers; its files are named in `font-files.ts`. */
export const emoji: FontPackage = {
  name: 'twemoji-colr-font',
  title: 'Twemoji',
  writes: 'emoji, in colour',
  weights: [400],
}

/** Tried in this order for what the family lacks; East Asian fonts stand between the two lists. */
export const scripts: readonly FontPackage[] = [
  sans,
  { ...noto('arabic', 'Arabic', 'Arabic, Persian, Urdu'), isJoined: true },
  noto('hebrew', 'Hebrew'),
  noto('devanagari', 'Devanagari', 'Hindi, Marathi, Nepali'),
  noto('bengali', 'Bengali'),
  noto('gurmukhi', 'Gurmukhi', 'Punjabi'),
  noto('gujarati', 'Gujarati'),
  noto('tamil', 'Tamil'),
  noto('telugu', 'Telugu'),
  noto('kannada', 'Kannada'),
  noto('malayalam', 'Malayalam'),
  noto('sinhala', 'Sinhala'),
  noto('thai', 'Thai'),
  noto('lao', 'Lao'),
  noto('khmer', 'Khmer'),
  {
    name: '@fontsource/noto-sans-myanmar',
    title: 'Noto Sans Myanmar',
    writes: 'Burmese',
    weights: [400, 700],
  },
  noto('ethiopic', 'Ethiopic', 'Amharic, Tigrinya'),
  noto('armenian', 'Armenian'),
  noto('georgian', 'Georgian'),
]

export const symbols: readonly FontPackage[] = [
  noto('symbols', 'Symbols', 'symbols'),
  {
    name: '@fontsource/noto-sans-symbols-2',
    title: 'Noto Sans Symbols 2',
    writes: 'symbols',
    weights: [400],
  },
  families.mono,
]

/** Each package once. */
export const fontPackages: readonly FontPackage[] = [
  ...new Set([...Object.values(families), ...scripts, ...Object.values(eastAsian), ...symbols, emoji]),
]
