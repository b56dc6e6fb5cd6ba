/** `e-…`, `bl`: the effects of one step. The scales stand in docs/reference/adjustments.md. */
import type { OperationInput } from '../../operations/index.ts'
import { readNumber } from '../step-parameters.ts'
import type { Step } from './step.ts'
import { colorOf } from './values.ts'

/** In the order in which they act. @throws Problem `request/invalid-parameter` */
export function readEffects(step: Step): readonly OperationInput[] {
  return [
    ...bare(step, 'e-bgremove', { op: 'removeBackground' }),
    ...bare(step, 'e-removedotbg', { op: 'removeBackground' }),
    ...bare(step, 'e-contrast', { op: 'normalize' }),
    ...sharpened(step),
    ...unsharp(step),
    ...bare(step, 'e-grayscale', { op: 'grayscale' }),
    ...blurred(step),
    ...gradient(step),
    ...colorized(step),
  ]
}

/** `e-upscale`, which acts before the step's resizing: that is asked of the larger picture. */
export function readUpscale(step: Step): readonly OperationInput[] {
  return bare(step, 'e-upscale', { op: 'upscale', factor: 4 })
}

function bare(
  step: Step,
  key: 'e-bgremove' | 'e-removedotbg' | 'e-upscale' | 'e-contrast' | 'e-grayscale',
  operation: OperationInput,
): readonly OperationInput[] {
  const value = step.text(key)
  if (value === undefined) return []
  if (value !== '' && value !== 'true') throw step.invalid(key, 'takes no value')
  return [operation]
}

function blurred(step: Step): readonly OperationInput[] {
  const sigma = step.number('bl', { min: 1, max: 100 })
  return sigma === undefined ? [] : [{ op: 'blur', sigma }]
}

/** What `e-sharpen` alone means: the strength that sharp's own default has. */
const usualSharpening = 10

function sharpened(step: Step): readonly OperationInput[] {
  const text = step.text('e-sharpen')
  if (text === undefined) return []
  const strength = text === '' ? usualSharpening : step.numberIn('e-sharpen', text, { min: 1, max: 1000 })
  return [{ op: 'sharpen', sigma: 1, flat: strength / 10, jagged: strength / 5 }]
}

/** `e-usm-radius-sigma-amount-threshold`; the radius only bounds what sigma already says. */
function unsharp(step: Step): readonly OperationInput[] {
  const text = step.text('e-usm')
  if (text === undefined) return []
  const [radius, sigma, amount, threshold] = text.split('-', 5).map(readNumber)
  if (
    text.split('-').length !== 4 ||
    radius === undefined ||
    sigma === undefined ||
    amount === undefined ||
    threshold === undefined ||
    Math.max(radius, sigma) > 100 ||
    sigma <= 0 ||
    amount <= 0 ||
    amount > 10 ||
    threshold > 1
  ) {
    throw step.invalid('e-usm', 'must be radius-sigma-amount-threshold, such as 2-2-0.8-0.024')
  }
  return [
    {
      op: 'unsharp',
      sigma: Math.max(0.3, sigma),
      amount: 100 * amount,
      threshold: Math.round(255 * threshold),
    },
  ]
}

/** Where a gradient goes to, in degrees as in CSS. */
const directions: Readonly<Record<string, number>> = {
  top: 0,
  top_right: 45,
  right: 90,
  bottom_right: 135,
  bottom: 180,
  bottom_left: 225,
  left: 270,
  top_left: 315,
}

/** `e-gradient`, `e-gradient-ld-top_from-green_to-00FF0010`. */
function gradient(step: Step): readonly OperationInput[] {
  const text = step.text('e-gradient')
  if (text === undefined) return []
  const { ld = 'bottom', from, to, sp } = membersOf(step, 'e-gradient', ['ld', 'from', 'to', 'sp'])
  if (sp !== undefined && readNumber(sp) !== 1)
    throw step.invalid('e-gradient', 'takes sp-1 only: the gradient goes over the whole picture')
  const angle = directions[ld] ?? step.numberIn('e-gradient', ld, { min: 0, max: 360 })
  return [
    {
      op: 'colorOverlay',
      color: colorOf(step, 'e-gradient', from ?? 'FFFFFF'),
      to: colorOf(step, 'e-gradient', to ?? '00000000'),
      angle,
    },
  ]
}

/** `e-colorize`, `e-colorize-co-blue_in-50`. */
function colorized(step: Step): readonly OperationInput[] {
  if (!step.has('e-colorize')) return []
  const { co, in: intensity } = membersOf(step, 'e-colorize', ['co', 'in'])
  return [
    {
      op: 'colorize',
      color: colorOf(step, 'e-colorize', co ?? 'red'),
      amount: step.numberIn('e-colorize', intensity ?? '35', { min: 0, max: 100 }),
    },
  ]
}

/** `k-v` pairs joined by `_`, some of whose values have that sign too: `ld-top_left`. */
function membersOf<const N extends string>(
  step: Step,
  key: 'e-gradient' | 'e-colorize',
  names: readonly N[],
): Partial<Record<N, string>> {
  const text = step.text(key) ?? ''
  const found: Partial<Record<N, string>> = {}
  if (text === '') return found
  for (const part of text.split(new RegExp(`_(?=(?:${names.join('|')})-)`))) {
    const name = names.find((known) => part.startsWith(`${known}-`))
    if (name === undefined || found[name] !== undefined)
      throw step.invalid(key, `must be made of ${names.map((known) => `${known}-…`).join(', ')}`)
    found[name] = part.slice(name.length + 1)
  }
  return found
}
