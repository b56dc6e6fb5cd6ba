/**
 * `l-text,i-Hello,fs-40,co-FFFFFF,l-end`.
 *
 * `i` is percent-encoded once more than the URL; whatever would part parameters is written in base64 (`ie`), as
 * ImageKit's SDKs do. One line unless `w` says where it wraps. Fonts are the bundled families.
 */
import type { OperationInput } from '../../operations/index.ts'
import { familyOf } from '../font-family.ts'
import { percent, type StepParameters } from '../step-parameters.ts'
import { textShift } from '../text-shift.ts'
import type { TextKey } from './keys.ts'
import { readAngle, readInput, readLayerPlace } from './layer-place.ts'
import { colorOf, readShareOf, readSide } from './values.ts'

type TextStep = StepParameters<TextKey>

/** ImageKit's size of a text that names none, pixels. */
const usualSize = 24

export function readLayerText(step: TextStep): OperationInput {
  const isEncoded = step.has('ie')
  const input = readInput(step)
  const text = isEncoded ? input : unescaped(input)
  if (text.trim() === '') throw step.invalid('i', 'must be a text')
  const fontSize = readFontSize(step)
  const width = readSide(step, 'w', { dpr: 1, wholes: ['bw'] })
  const align = readAlign(step, width !== undefined)
  const alpha = step.number('al', { min: 1, max: 9 })
  const angle = readAngle(step)
  const color = step.text('co')
  const operation: OperationInput = {
    op: 'text',
    text,
    font: familyOf(step.text('ff') ?? ''),
    fontSize,
    color: color === undefined ? '#000000ff' : colorOf(step, 'co', color),
    ...readTypography(step),
    ...(width === undefined ? { wrap: false } : { maxWidth: width }),
    ...(align === undefined ? {} : { align }),
    ...readLineHeight(step, fontSize),
    ...readBox(step),
    padding: 0,
    ...readPlace(step),
    ...(alpha === undefined ? {} : { opacity: alpha / 10 }),
    ...(angle === undefined ? {} : { angle }),
  }
  step.finish()
  return operation
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A text that was encoded once only, with a percent sign of its own.
    return text
  }
}

/** Pixels, or a share of the image's width: `bw_mul_0.1`. */
function readFontSize(step: TextStep): number | string {
  const value = step.text('fs')
  if (value === undefined) return usualSize
  const share = readShareOf(value, ['bw'])
  if (share !== undefined) return percent(share)
  return Math.max(1, Math.round(step.numberIn('fs', value, { min: 1, max: 4_000 })))
}

/** Words joined by `_`: `b`, `i`. */
function readTypography(step: TextStep): { readonly weight?: number; readonly italic?: boolean } {
  const value = step.text('tg')
  if (value === undefined) return {}
  const words = value.split('_')
  if (words.some((word) => word !== 'b' && word !== 'i')) throw step.invalid('tg', 'must be b, i or b_i')
  return {
    ...(words.includes('b') ? { weight: 700 } : {}),
    ...(words.includes('i') ? { italic: true } : {}),
  }
}

function readAlign(step: TextStep, isWrapped: boolean) {
  const value = step.text('ia')
  if (value === undefined) return undefined
  if (!isWrapped) throw step.invalid('ia', 'needs w beside it')
  if (value !== 'left' && value !== 'right' && value !== 'center')
    throw step.invalid('ia', 'must be left, right or center')
  return value
}

/** From line to line in pixels. */
function readLineHeight(step: TextStep, fontSize: number | string): { readonly lineHeight?: number } {
  const value = step.text('lh')
  if (value === undefined) return {}
  if (typeof fontSize !== 'number') throw step.invalid('lh', 'needs fs in pixels')
  const pixels = step.numberIn('lh', value, { min: fontSize / 2, max: fontSize * 5 })
  return { lineHeight: pixels / fontSize }
}

function readBox(step: TextStep) {
  const background = step.text('bg')
  if (background === undefined) return {}
  const padding = step.number('pa', { min: 0, max: 1_000 }) ?? 0
  const radius = step.number('r', { min: 0, max: 1_000 }) ?? 0
  return {
    background: colorOf(step, 'bg', background),
    backgroundPadding: padding,
    ...(radius === 0 ? {} : { backgroundRadius: radius }),
  }
}

function readPlace(step: TextStep) {
  const { position, x, y } = readLayerPlace(step)
  return {
    position,
    ...(x === undefined ? {} : { x: textShift(x, position.endsWith('right')) }),
    ...(y === undefined ? {} : { y: textShift(y, position.startsWith('bottom')) }),
  }
}
