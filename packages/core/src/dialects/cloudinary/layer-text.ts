/**
 * `l_text:Font_Size[_style…]:text`.
 *
 * The text is percent-encoded once more than the URL, so that a comma, a slash or a colon in it parts nothing. Fonts are
 * the bundled families: a name that sounds like a serif, a monospaced or a display face becomes ours of that kind, any
 * other the sans. `w` with `c_fit` wraps the text at that width; alone it makes the line as wide.
 */
import type { Gravity } from '../../geometry/index.ts'
import type { OperationInput } from '../../operations/index.ts'
import { familyOf } from '../font-family.ts'
import { readNumber } from '../step-parameters.ts'
import { textShift } from '../text-shift.ts'
import { once, type Step } from './step.ts'
import { colorOf, readOffset, readPlace } from './values.ts'

export function readText(value: string, steps: readonly Step[], apply: Step): OperationInput {
  const [opening] = steps
  if (opening === undefined) throw new TypeError('a layer without steps')
  const [, style = '', ...rest] = value.split(':')
  if (rest.length === 0) throw opening.invalid('l', 'must be like text:Arial_40:Hello')
  for (const step of steps) {
    if (!['', 'layer_apply', 'no_overflow'].includes(step.text('fl') ?? ''))
      throw step.invalid('fl', 'has no meaning for a text')
  }
  const position = readPlace(apply) ?? 'center'
  const opacity = once(steps, 'o', (step) => step.number('o', { min: 0, max: 100 }))
  const angle = once(steps, 'a', (step) => step.number('a', { min: -3600, max: 3600 }))
  return {
    op: 'text',
    text: unescaped(rest.join(':')),
    ...readStyle(opening, style),
    ...readPaint(opening),
    ...readWidth(steps),
    position,
    padding: 0,
    ...placeOf(apply, position),
    ...(opacity === undefined ? {} : { opacity: opacity / 100 }),
    ...(angle === undefined ? {} : { angle }),
  }
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A text that was encoded once only, with a percent sign of its own.
    return text
  }
}

const weights: Readonly<Record<string, number>> = {
  thin: 100,
  light: 300,
  normal: 400,
  bold: 700,
  black: 900,
}
const aligns = ['left', 'center', 'right', 'justify'] as const

/** `Arial_40_bold_italic_letter_spacing_2`: font, size, then words in any order. */
function readStyle(step: Step, style: string) {
  const match = /^(.{1,80}?)_(\d{1,4})(?:_(.*))?$/.exec(style)
  if (match === null)
    throw step.invalid('l', 'must be text with a font and a size, as in text:Arial_40:Hello')
  const words = (match[3] ?? '').split(/_(?!spacing|-?\d)/).filter((word) => word !== '')
  const align =
    aligns.find((name) => words.includes(name)) ??
    (words.includes('start') ? 'left' : words.includes('end') ? 'right' : undefined)
  const styled: { weight?: number; italic?: boolean; letterSpacing?: number; stroke?: boolean } = {}
  for (const word of words) {
    const weight = weights[word] ?? (/^[1-9]00$/.test(word) ? Number(word) : undefined)
    const spacing = /^letter_spacing_(-?\d{1,3}(?:\.\d{1,3})?)$/.exec(word)?.[1]
    if (weight !== undefined) styled.weight = weight
    else if (word === 'italic') styled.italic = true
    else if (spacing !== undefined) styled.letterSpacing = Number(spacing)
    else if (word === 'stroke') styled.stroke = true
    else if (!['start', 'end', ...aligns].includes(word)) {
      throw step.invalid(
        'l',
        `has a text style this server does not know: ${JSON.stringify(word.slice(0, 40))}`,
      )
    }
  }
  const { stroke, ...told } = styled
  return {
    font: familyOf(match[1] ?? ''),
    fontSize: Math.max(1, Number(match[2])),
    ...told,
    ...(align === undefined ? {} : { align }),
    ...readStroke(step, stroke === true),
  }
}

function readStroke(step: Step, isAsked: boolean) {
  const value = step.text('bo')
  if (value === undefined) return {}
  const match = /^(\d{1,3})px_solid_(.{1,32})$/.exec(value)
  if (!isAsked || match === null)
    throw step.invalid('bo', 'on a text must be like 4px_solid_red beside the style "stroke"')
  return { strokeWidth: Number(match[1]), strokeColor: colorOf(step, 'bo', match[2] ?? '') }
}

function readPaint(step: Step) {
  const [color, background] = [step.text('co'), step.text('b')]
  return {
    color: color === undefined ? '#000000ff' : colorOf(step, 'co', color),
    ...(background === undefined || background === 'transparent'
      ? {}
      : { background: colorOf(step, 'b', background), backgroundPadding: 0 }),
  }
}

function readWidth(steps: readonly Step[]) {
  const mode = once(steps, 'c', (step) => {
    const text = step.text('c')
    if (text !== 'fit' && text !== 'scale') throw step.invalid('c', 'on a text must be fit or scale')
    return text
  })
  const width = once(steps, 'w', (step) => sideOf(step, 'w'))
  const height = once(steps, 'h', (step) => sideOf(step, 'h'))
  if (width === undefined) {
    if (mode !== undefined || height !== undefined) throw steps[0]?.invalid('l', 'needs w beside c or h')
    return {}
  }
  const box = { maxWidth: width, ...(height === undefined ? {} : { maxHeight: height }) }
  return mode === 'fit' ? box : { ...box, fit: 'max' as const, wrap: false }
}

function sideOf(step: Step, key: 'w' | 'h'): number {
  const value = readNumber(step.text(key) ?? '')
  if (value === undefined || value < 1) throw step.invalid(key, 'on a text must be pixels')
  return Math.round(value)
}

/** Cloudinary counts inwards from the side the text lies at, text boxes here to the right and down. */
function placeOf(step: Step, position: Gravity) {
  const [x, y] = [readOffset(step, 'x'), readOffset(step, 'y')]
  return {
    ...(x === undefined ? {} : { x: textShift(x, position.endsWith('right')) }),
    ...(y === undefined ? {} : { y: textShift(y, position.startsWith('bottom')) }),
  }
}
