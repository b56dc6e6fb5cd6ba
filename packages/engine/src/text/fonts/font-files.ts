/** Which file of a font package holds a character, by the ranges that the package states. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { emoji, type FontPackage } from './families.ts'

/** One file of a font, in one weight (or all) and style. */
export interface FontFile {
  readonly path: string
  readonly font: FontPackage
}

export interface FontStyle {
  /** 100–900. */
  readonly weight: number
  readonly italic: boolean
}

interface Subset {
  readonly name: string
  /** First and last code points by turns. */
  readonly ranges: readonly number[]
}

/** Files that script fonts carry beside their own script. */
const westernSubset = /^(?:latin|cyrillic|greek|vietnamese)/

const subsetsRead = new Map<string, readonly Subset[]>()

/** Files that may hold the character, in the order the package lists them; the font itself has the last word. */
export function filesFor(font: FontPackage, codePoint: number, style: FontStyle): readonly FontFile[] {
  if (font === emoji) return [{ path: resolved(`${font.name}/twemoji.woff2`), font }]
  return subsetsOf(font)
    .filter(({ ranges }) => isWithin(ranges, codePoint))
    .map(({ name }) => ({ path: resolved(`${font.name}/files/${fileName(font, name, style)}`), font }))
}

function fileName({ name, weights, hasItalic }: FontPackage, subset: string, style: FontStyle): string {
  const id = name.slice(name.indexOf('/') + 1)
  const slant = style.italic && hasItalic ? 'italic' : 'normal'
  return `${id}-${subset}-${'from' in weights ? 'wght' : nearest(weights, style.weight)}-${slant}.woff2`
}

function nearest(weights: readonly number[], wanted: number): number {
  return weights.reduce((best, weight) =>
    Math.abs(weight - wanted) < Math.abs(best - wanted) ? weight : best,
  )
}

function subsetsOf({ name, isWestern }: FontPackage): readonly Subset[] {
  const known = subsetsRead.get(name)
  if (known !== undefined) return known
  const stated = JSON.parse(readFileSync(resolved(`${name}/unicode.json`), 'utf8')) as Record<string, string>
  const subsets = Object.entries(stated)
    .filter(([key]) => isWestern || !westernSubset.test(key))
    // Files of East Asian fonts are numbered.
    .map(([key, ranges]) => ({ name: key.replace(/^\[(\d+)\]$/, '$1'), ranges: readRanges(ranges) }))
  subsetsRead.set(name, subsets)
  return subsets
}

/** `U+0100-02BA,U+02BD` → numbers. */
function readRanges(text: string): readonly number[] {
  return text.split(',').flatMap((range) => {
    const [first = '', last = first] = range.trim().replace(/^U\+/i, '').split('-')
    return [Number.parseInt(first, 16), Number.parseInt(last, 16)]
  })
}

function isWithin(ranges: readonly number[], codePoint: number): boolean {
  for (let at = 0; at < ranges.length; at += 2) {
    if (codePoint >= (ranges[at] ?? 0) && codePoint <= (ranges[at + 1] ?? 0)) return true
  }
  return false
}

function resolved(specifier: string): string {
  return fileURLToPath(import.meta.resolve(specifier))
}
