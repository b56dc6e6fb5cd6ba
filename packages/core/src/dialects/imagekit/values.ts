/** Values of several ImageKit parameters: numbers, lengths, colours, places. */
import { readColor } from '../../geometry/color.ts'
import { type Gravity, roundSide } from '../../geometry/index.ts'
import { percent, readNumber, type StepParameters } from '../step-parameters.ts'

/** Pixels, or percent of the side. */
export type Length = number | string

/** A number whose minus sign is written `N`. */
export function readSigned(text: string): number | undefined {
  return text.startsWith('-') ? undefined : readNumber(text.replace(/^N/, '-'))
}

/**
 * `iw_div_2`, `bw_mul_0.4`: a share of a whole, as a factor; `undefined` for anything else. `wholes` are the names of
 * sides that the share may be taken of.
 */
export function readShareOf(text: string, wholes: readonly string[]): number | undefined {
  const match = /^([a-z]{2})(?:_(mul|div)_([\d.]{1,12}))?$/.exec(text)
  if (match === null || !wholes.includes(match[1] ?? '')) return undefined
  const factor = match[3] === undefined ? 1 : (readNumber(match[3]) ?? 0)
  if (factor <= 0) return undefined
  return match[2] === 'div' ? 1 / factor : factor
}

/** A side of a step: pixels, a share below 1, or a share of the picture's own side. `auto` counts as not given. */
export function readSide<K extends string>(
  step: StepParameters<K>,
  key: K,
  { dpr, wholes }: { readonly dpr: number; readonly wholes: readonly string[] },
): Length | undefined {
  const value = step.text(key)
  if (value === undefined || value === 'auto') return undefined
  const share = readShareOf(value, wholes)
  if (share !== undefined) return percent(share * dpr)
  const number = readNumber(value)
  if (number === undefined || number <= 0 || number > 1_000_000) {
    throw step.invalid(key, `must be pixels, a share such as 0.5, or like ${wholes[0]}_div_2`)
  }
  return number < 1 ? percent(number * dpr) : roundSide(number * dpr)
}

/** A name, or three, six or eight digits; of eight the last two are percent of opacity, 00 to 99. */
export function colorOf<K extends string>(step: StepParameters<K>, key: K, text: string): string {
  const color = readImageKitColor(text)
  if (color === undefined) throw step.invalid(key, 'must be a colour: a name, FF0000 or FF000050')
  return color
}

export function readImageKitColor(text: string): string | undefined {
  const faint = /^([0-9A-Fa-f]{6})(\d\d)$/.exec(text)
  if (faint !== null) {
    const alpha = Math.round((Number(faint[2]) * 255) / 100)
    return `#${faint[1]?.toLowerCase()}${alpha.toString(16).padStart(2, '0')}`
  }
  if (/^[0-9A-Fa-f]{8}$/.test(text)) return undefined
  return readColor(/^[0-9A-Fa-f]{3}$|^[0-9A-Fa-f]{6}$/.test(text) ? `#${text}` : text)
}

const places: ReadonlyMap<string, Gravity> = new Map([
  ['center', 'center'],
  ['top', 'top'],
  ['bottom', 'bottom'],
  ['left', 'left'],
  ['right', 'right'],
  ['top_left', 'top-left'],
  ['top_right', 'top-right'],
  ['bottom_left', 'bottom-left'],
  ['bottom_right', 'bottom-right'],
] as const)

export const placeNames: readonly string[] = [...places.keys()]

export function placeNamed(name: string): Gravity | undefined {
  return places.get(name)
}
