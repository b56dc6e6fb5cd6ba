/** What a step does behind its resizing and its effects: `o`, `fl`, `r`, `b`, `rt`, `bg`. */
import type { OperationInput } from '../../operations/index.ts'
import { type Frame, framed, readRadii } from '../framed.ts'
import type { Backdrop } from '../size-terms.ts'
import type { Step } from './step.ts'
import { colorOf, readSigned } from './values.ts'

export function readOpacity(step: Step): readonly OperationInput[] {
  const percent = step.number('o', { min: 0, max: 100 })
  return percent === undefined ? [] : [{ op: 'opacity', opacity: percent / 100 }]
}

/** `h`, `v`, `h_v`. */
export function readFlips(step: Step): readonly OperationInput[] {
  const value = step.text('fl')
  if (value === undefined) return []
  const words = value.split('_')
  if (words.length > 2 || words[0] === words[1] || words.some((word) => word !== 'h' && word !== 'v'))
    throw step.invalid('fl', 'must be h, v or h_v')
  const across: readonly OperationInput[] = words.includes('h') ? [{ op: 'flop' }] : []
  return words.includes('v') ? [...across, { op: 'flip' }] : across
}

export function readCorners(step: Step): readonly OperationInput[] {
  return framed(readRadii(step, 'r', '_'), readFrame(step), () =>
    step.invalid('b', 'needs one radius for all corners'),
  )
}

/** `10_FF0000`. */
function readFrame(step: Step): Frame | undefined {
  const value = step.text('b')
  if (value === undefined) return undefined
  const match = /^(\d{1,5})_(.{1,32})$/.exec(value)
  if (match === null) throw step.invalid('b', 'must be like 10_FF0000')
  return { width: Number(match[1]), color: colorOf(step, 'b', match[2] ?? '') }
}

/** Degrees clockwise, `N` for minus. `auto` is the EXIF orientation, which is always applied. */
export function readRotation(step: Step): readonly OperationInput[] {
  const value = step.text('rt')
  if (value === undefined || value === 'auto') return []
  const angle = readSigned(value)
  if (angle === undefined || Math.abs(angle) > 360)
    throw step.invalid('rt', 'must be degrees up to 360 or auto')
  return [{ op: 'rotate', angle }]
}

/** `bg`: what shows beside the image when it is padded, and where it is transparent. */
export function readBackground(step: Step): {
  readonly backdrop: Backdrop
  readonly behind: readonly OperationInput[]
} {
  const value = step.text('bg')
  if (value === undefined || value === 'transparent') return { backdrop: {}, behind: [] }
  if (value === 'dominant') {
    return { backdrop: { background: 'dominant' }, behind: [{ op: 'flatten', background: 'dominant' }] }
  }
  const blurred = /^blurred(?:_(auto|\d{1,3}))?$/.exec(value)
  if (blurred !== null) {
    const sigma = blurred[1] === undefined || blurred[1] === 'auto' ? undefined : Number(blurred[1])
    if (sigma !== undefined && (sigma < 1 || sigma > 100))
      throw step.invalid('bg', 'must be like blurred_25, with 1 to 100 or auto')
    return { backdrop: { fill: 'blur', ...(sigma === undefined ? {} : { fillBlur: sigma }) }, behind: [] }
  }
  if (/^(?:blurred|gradient|genfill)/.test(value))
    throw step.invalid('bg', 'must be a colour, dominant, blurred or blurred_25')
  const background = colorOf(step, 'bg', value)
  return { backdrop: { background }, behind: [{ op: 'flatten', background }] }
}
