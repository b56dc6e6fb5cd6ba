/** What happens before the resize (trim, flip, rotate) and behind it (tone, blur, sharpness). Scales: docs/reference/adjustments.md */
import type { OperationInput } from '../../operations/index.ts'
import type { Options } from './options.ts'

/** Room cut away, mirrored, then turned: width and height are those of the turned picture. */
export function shapeOf(options: Options): readonly OperationInput[] {
  const flip = options.oneOf('flip', ['h', 'v', 'hv'])
  const angle = options.oneOf('rotate', ['0', '90', '180', '270', '360'])
  return [
    ...trimOf(options),
    ...(flip === 'h' || flip === 'hv' ? [{ op: 'flop' } as const] : []),
    ...(flip === 'v' || flip === 'hv' ? [{ op: 'flip' } as const] : []),
    ...(angle === undefined ? [] : [{ op: 'rotate', angle: Number(angle) } as const]),
  ]
}

function trimOf(options: Options): readonly OperationInput[] {
  const text = options.text('trim')
  if (text === undefined) return []
  if (text === 'border') return [{ op: 'trim' }]
  const sides = /^(\d{1,6});(\d{1,6});(\d{1,6});(\d{1,6})$/.exec(text)
  if (sides === null) throw options.invalid('trim', 'must be border or top;right;bottom;left in pixels')
  const [top = 0, right = 0, bottom = 0, left = 0] = sides.slice(1).map(Number)
  return [{ op: 'crop', top, right, bottom, left }]
}

/** Largest factor of contrast: what the operation knows. */
const maxContrast = 25

export function toneOf(options: Options): readonly OperationInput[] {
  const brightness = options.number('brightness', { min: 0, max: 100 })
  const contrast = options.number('contrast', { min: 0, max: maxContrast })
  const gamma = options.number('gamma', { min: 0.1, max: 10 })
  const saturation = options.number('saturation', { min: 0, max: 100 })
  const blur = options.number('blur', { min: 1, max: 250 })
  const sharpen = options.number('sharpen', { min: 0, max: 10 })
  return [
    ...(brightness === undefined ? [] : [{ op: 'modulate', brightness } as const]),
    ...(contrast === undefined ? [] : [{ op: 'contrast', amount: 100 * (Math.sqrt(contrast) - 1) } as const]),
    ...(gamma === undefined ? [] : [{ op: 'gamma', gamma } as const]),
    ...(saturation === undefined ? [] : [{ op: 'modulate', saturation } as const]),
    ...(blur === undefined ? [] : [{ op: 'blur', sigma: blur } as const]),
    ...(sharpen === undefined || sharpen === 0
      ? []
      : [{ op: 'sharpen', flat: sharpen, jagged: 2 * sharpen } as const]),
  ]
}
