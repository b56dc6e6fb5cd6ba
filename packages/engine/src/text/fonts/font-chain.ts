/**
 * Which font draws which characters: the family asked for, then fonts by script, the last resort a visible box.
 *
 * A character and its marks (a grapheme cluster) stay in one font, so marks and emoji sequences are not torn apart.
 */

import type { FontFamily } from '@fovea/core/model'
import type * as HarfBuzz from 'harfbuzzjs'
import { type Face, faceOf } from './face.ts'
import { eastAsian, emoji, type FontPackage, families, scripts, symbols } from './families.ts'
import { type FontStyle, filesFor } from './font-files.ts'

export interface ChainRequest extends FontStyle {
  readonly family: FontFamily
  /** BCP 47, empty when unknown. */
  readonly language: string
  /** The whole text: tells which East Asian language it is. */
  readonly text: string
}

export interface FontChain {
  /** The family's own face, whose metrics set the lines. */
  readonly main: Face
  /** The face that draws a grapheme cluster; one without visible characters goes with its neighbour. */
  faceFor(cluster: string): Face | undefined
}

const invisible = /\p{Default_Ignorable_Code_Point}/u
/** Drawn as a picture unless text style is asked for. Source: Unicode Technical Standard 51 §4.3 */
const pictorial = /\p{Emoji_Presentation}|\ufe0f|\u20e3/u
const textStyle = /\ufe0e/

export function createFontChain(hb: typeof HarfBuzz, request: ChainRequest): FontChain {
  const family = families[request.family]
  const texts = [...new Set([family, ...scripts, ...eastAsianOrder(request), ...symbols])]
  const chosen = new Map<string, Face | undefined>()
  const open = (font: FontPackage, codePoint: number) =>
    filesFor(font, codePoint, request).map((file) => faceOf(hb, file, request, font === family))
  const main = open(family, 0x41)[0]
  if (main === undefined) throw new Error(`${family.name} has no Latin letters`)

  const choose = (cluster: string): Face | undefined => {
    const isPicture = pictorial.test(cluster) && !textStyle.test(cluster)
    const fonts = isPicture ? [emoji, ...texts] : [...texts, emoji]
    const spellings = [...new Set([visiblePoints(cluster), visiblePoints(cluster.normalize('NFD'))])]
    if (spellings[0]?.length === 0) return undefined
    // A base without its marks is better than a box.
    for (const points of [...spellings, spellings[0]?.slice(0, 1) ?? []]) {
      const [first = 0] = points
      for (const font of fonts) {
        const face = open(font, first).find((one) => points.every((point) => one.has(point)))
        if (face !== undefined) return face
      }
    }
    return main
  }

  return {
    main,
    faceFor: (cluster) => {
      if (!chosen.has(cluster)) chosen.set(cluster, choose(cluster))
      return chosen.get(cluster)
    },
  }
}

function visiblePoints(text: string): readonly number[] {
  return [...text]
    .filter((character) => !invisible.test(character))
    .map((character) => character.codePointAt(0) ?? 0)
}

function eastAsianOrder({ language, text }: ChainRequest): readonly FontPackage[] {
  const { japanese, simplified, traditional, korean } = eastAsian
  const first = /^ja\b/.test(language)
    ? japanese
    : /^ko\b/.test(language)
      ? korean
      : /^zh-(?:.*-)?(?:Hant|TW|HK|MO)\b/i.test(language)
        ? traditional
        : /^zh\b/.test(language)
          ? simplified
          : scriptOf(text)
  return [first, simplified, japanese, traditional, korean]
}

/** Kana is Japanese, Hangul Korean, Bopomofo Taiwanese; Chinese characters alone could be any. */
function scriptOf(text: string): FontPackage {
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)) return eastAsian.japanese
  if (/\p{Script=Hangul}/u.test(text)) return eastAsian.korean
  return /\p{Script=Bopomofo}/u.test(text) ? eastAsian.traditional : eastAsian.simplified
}
