/**
 * What a search looks into: one text per asset, folded, so that one index answers for names, tags and metadata alike.
 *
 * A tag stands between two marks and a metadata pair between two others. Neither can be typed into a path, a name or
 * a search, so `mark tag mark` is found where the tag is and nowhere else.
 */
import type { Description } from './description.ts'

const tagMark = '\u0001'
const pairMark = '\u0002'
const valueMark = '\u0003'

/** Case and compatibility forms folded, marks and other controls gone: what search compares. */
export function foldForSearch(text: string): string {
  const folded = text.toWellFormed().normalize('NFKC').toLowerCase()
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this removes
  return folded.replace(/[\u0000-\u001f]/g, ' ')
}

export function searchTextOf(asset: {
  readonly path: string
  readonly originalFilename: string
  readonly description: Description
}): string {
  const { altText, tags, metadata } = asset.description
  const names = [asset.path, asset.originalFilename, altText].map(foldForSearch).join('\n')
  const pairs = Object.entries(metadata).map(([key, value]) => foundByPair(key, String(value)))
  return [names, ...tags.map(foundByTag), ...pairs].join('\n')
}

/** The part of a search text that only this tag has. */
export function foundByTag(tag: string): string {
  return `${tagMark}${foldForSearch(tag)}${tagMark}`
}

/** The part of a search text that only this pair of metadata has. */
export function foundByPair(key: string, value: string): string {
  return `${pairMark}${foldForSearch(key)}${valueMark}${foldForSearch(value)}${pairMark}`
}
