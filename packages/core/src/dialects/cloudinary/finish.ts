/** What a step does behind its resizing and its effect: `o`, `r`, `bo`, `a`, `b`. */
import type { OperationInput } from '../../operations/index.ts'
import { type Frame, framed, readRadii } from '../framed.ts'
import type { Backdrop } from '../size-terms.ts'
import { readNumber } from '../step-parameters.ts'
import type { Step } from './step.ts'
import { colorOf } from './values.ts'

export function readCorners(step: Step): readonly OperationInput[] {
  return framed(readRadii(step, 'r', ':'), readBorder(step), () =>
    step.invalid('bo', 'needs one radius for all corners'),
  )
}

/** `bo_4px_solid_red`, `bo_4px_solid_rgb:ff000080`. */
function readBorder(step: Step): Frame | undefined {
  const value = step.text('bo')
  if (value === undefined) return undefined
  const match = /^(\d{1,5})px_solid_(.{1,32})$/.exec(value)
  if (match === null) throw step.invalid('bo', 'must be like 4px_solid_red')
  return { width: Number(match[1]), color: colorOf(step, 'bo', match[2] ?? '') }
}

/** Turns and mirrors, in the order written: `a_20`, `a_hflip`, `a_vflip.45`. */
export function readAngles(step: Step): {
  readonly operations: readonly OperationInput[]
  readonly ignoresExif: boolean
} {
  const words = step.text('a')?.split(/\.(?=[a-z])|(?<=[a-z])\./) ?? []
  const operations: OperationInput[] = []
  for (const word of words) {
    const angle = readNumber(word)
    if (angle !== undefined && Math.abs(angle) <= 3600) operations.push({ op: 'rotate', angle })
    else if (word === 'hflip') operations.push({ op: 'flop' })
    else if (word === 'vflip') operations.push({ op: 'flip' })
    else if (word !== 'ignore') throw step.invalid('a', 'must be degrees, hflip, vflip or ignore')
  }
  return { operations, ignoresExif: words.includes('ignore') }
}

export function readOpacity(step: Step): readonly OperationInput[] {
  const percent = step.number('o', { min: 0, max: 100 })
  return percent === undefined ? [] : [{ op: 'opacity', opacity: percent / 100 }]
}

/** `b`: what shows beside the image when it is padded, and where it is transparent. */
export function readBackground(step: Step): {
  readonly backdrop: Backdrop
  readonly behind: readonly OperationInput[]
} {
  const value = step.text('b')
  if (value === undefined || value === 'transparent') return { backdrop: {}, behind: [] }
  if (/^auto(?::(?:border|predominant))?$/.test(value)) {
    return { backdrop: { background: 'dominant' }, behind: [{ op: 'flatten', background: 'dominant' }] }
  }
  const blurred = /^blurred(?::(\d{1,4}))?$/.exec(value)
  if (blurred !== null) {
    const intensity = blurred[1] === undefined ? undefined : Number(blurred[1])
    return {
      backdrop: {
        fill: 'blur',
        ...(intensity === undefined ? {} : { fillBlur: Math.max(0.3, intensity / 50) }),
      },
      behind: [],
    }
  }
  const background = colorOf(step, 'b', value)
  return { backdrop: { background }, behind: [{ op: 'flatten', background }] }
}
