/** `e_…`: Cloudinary's effects as operations. The scales are those of docs/reference/adjustments.md. */
import type { OperationInput } from '../../operations/index.ts'
import { hiddenFaces } from '../hidden-faces.ts'
import { quote } from '../quote.ts'
import type { Step } from './step.ts'
import { colorOf } from './values.ts'

type Effect = (
  step: Step,
  value: (range: Span) => number,
  rest: readonly string[],
) => readonly OperationInput[]

interface Span {
  readonly min: number
  readonly max: number
  /** When the effect is written without a level. */
  readonly else: number
}

const signed = (otherwise: number): Span => ({ min: -100, max: 100, else: otherwise })
const strong: Span = { min: 1, max: 2000, else: 100 }

const effects: ReadonlyMap<string, Effect> = new Map<string, Effect>([
  ['blur', (_, level) => [{ op: 'blur', sigma: blurSigma(level(strong)) }]],
  ['blur_region', (step, level) => [{ op: 'blur', sigma: blurSigma(level(strong)), ...boxOf(step) }]],
  ['blur_faces', (_, level) => [hiddenFaces('blur', level({ min: 1, max: 2000, else: 500 }), 2000)]],
  ['pixelate_faces', (_, level) => [hiddenFaces('pixelate', level({ min: 1, max: 200, else: 20 }), 200)]],
  ['background_removal', () => [{ op: 'removeBackground' }]],
  ['upscale', () => [{ op: 'upscale', factor: 4 }]],
  ['pixelate', (_, level) => [{ op: 'pixelate', block: Math.round(level({ min: 1, max: 200, else: 16 })) }]],
  [
    'pixelate_region',
    (step, level) => [
      { op: 'pixelate', block: Math.round(level({ min: 1, max: 200, else: 16 })), ...boxOf(step) },
    ],
  ],
  [
    'sharpen',
    (_, level) => {
      const strength = level(strong)
      return [{ op: 'sharpen', sigma: 1, flat: strength / 100, jagged: strength / 50 }]
    },
  ],
  ['unsharp_mask', (_, level) => [{ op: 'unsharp', amount: level(strong) / 2 }]],
  ['grayscale', () => [{ op: 'grayscale' }]],
  ['negate', () => [{ op: 'invert' }]],
  ['sepia', (_, level) => [{ op: 'sepia', amount: level({ min: 1, max: 100, else: 80 }) }]],
  ['blackwhite', (_, level) => [{ op: 'threshold', value: 2.55 * level({ min: 0, max: 100, else: 50 }) }]],
  ['brightness', (_, level) => [{ op: 'brightness', amount: level({ min: -99, max: 100, else: 80 }) }]],
  ['contrast', (_, level) => [{ op: 'contrast', amount: level(signed(0)) }]],
  ['saturation', (_, level) => [{ op: 'modulate', saturation: 1 + level(signed(80)) / 100 }]],
  ['hue', (_, level) => [{ op: 'modulate', hue: Math.round(1.8 * level(signed(80))) }]],
  [
    'gamma',
    (_, level) => {
      const value = level({ min: -50, max: 150, else: 0 })
      return [{ op: 'gamma', gamma: value < 0 ? 1 / (1 - value / 100) : 1 + value / 100 }]
    },
  ],
  ['vibrance', (_, level) => [{ op: 'vibrance', amount: level(signed(20)) }]],
  ['auto_contrast', () => [{ op: 'normalize' }]],
  ['improve', improve],
  ['colorize', colorize],
  ['trim', trim],
])

export const effectNames: readonly string[] = [...effects.keys()]

/** @throws Problem `request/invalid-parameter` */
export function readEffect(step: Step): readonly OperationInput[] {
  const text = step.text('e')
  if (text === undefined) return []
  const [name = '', ...rest] = text.split(':')
  const effect = effects.get(name)
  if (effect === undefined) {
    throw step.invalid('e', `is not an effect this server has (${effectNames.join(', ')}): ${quote(name)}`)
  }
  let levels = 0
  const operations = effect(
    step,
    (span) => {
      levels = 1
      return rest[0] === undefined || rest[0] === '' ? span.else : step.numberIn('e', rest[0], span)
    },
    rest,
  )
  if (rest.length > levels && !severalWords.has(name))
    throw step.invalid('e', `takes ${levels === 0 ? 'no value' : 'one value'}`)
  return operations
}

const severalWords: ReadonlySet<string> = new Set(['improve', 'trim'])

function blurSigma(level: number): number {
  return Math.max(0.3, level / 50)
}

/** `improve`, `improve:60`, `improve:outdoor:60`: which mode makes no difference here. */
function improve(step: Step, _: unknown, rest: readonly string[]): readonly OperationInput[] {
  const [first, second] = rest
  const isMode = first === 'outdoor' || first === 'indoor'
  if (rest.length > (isMode ? 2 : 1)) throw step.invalid('e', 'must be like improve:outdoor:50')
  const blend = isMode ? second : first
  return [
    {
      op: 'autoEnhance',
      amount: blend === undefined ? 100 : step.numberIn('e', blend, { min: 0, max: 100 }),
    },
  ]
}

function colorize(step: Step, level: (range: Span) => number): readonly OperationInput[] {
  const color = step.text('co')
  return [
    {
      op: 'colorize',
      amount: level({ min: 0, max: 100, else: 100 }),
      color: color === undefined ? '#000000ff' : colorOf(step, 'co', color),
    },
  ]
}

/** `trim`, `trim:20`, `trim:20:white`; the tolerance is in percent of the full range. */
function trim(step: Step, _: unknown, rest: readonly string[]): readonly OperationInput[] {
  const [tolerance, ...color] = rest
  const threshold =
    2.55 * (tolerance === undefined ? 10 : step.numberIn('e', tolerance, { min: 0, max: 100 }))
  if (color.length === 0) return [{ op: 'trim', threshold, by: 'alpha-or-color' }]
  return [{ op: 'trim', threshold, background: colorOf(step, 'e', color.join(':')) }]
}

/** The part that `x`, `y`, `w`, `h` name, in pixels; none of them is the whole image. */
function boxOf(step: Step) {
  const side = { min: 0, max: 1_000_000 }
  const [left, top] = [step.number('x', side), step.number('y', side)]
  const [width, height] = [
    step.number('w', { min: 1, max: 1_000_000 }),
    step.number('h', { min: 1, max: 1_000_000 }),
  ]
  if (left === undefined && top === undefined && width === undefined && height === undefined) return {}
  if (width === undefined || height === undefined) throw step.invalid('e', 'needs w and h beside x and y')
  return {
    left: Math.round(left ?? 0),
    top: Math.round(top ?? 0),
    width: Math.max(1, Math.round(width)),
    height: Math.max(1, Math.round(height)),
  }
}
