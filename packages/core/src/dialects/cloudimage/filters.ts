/** Filters as operations, in one order whatever the URL's. Scales are those of docs/reference/adjustments.md. */
import type { OperationInput } from '../../operations/index.ts'
import { hiddenFaces } from '../hidden-faces.ts'
import type { CloudimageParameters } from './reader.ts'

const share = { min: 0, max: 100 }

export function filters(parameters: CloudimageParameters): readonly OperationInput[] {
  return [...tone(parameters), ...colours(parameters), ...detail(parameters)]
}

/** `sharp`: what scaling down has softened. */
export function sharpened(parameters: CloudimageParameters): readonly OperationInput[] {
  return parameters.flag('sharp') ? [{ op: 'sharpen', sigma: 0.5 }] : []
}

function tone(parameters: CloudimageParameters): readonly OperationInput[] {
  const bright = parameters.number('bright', { min: -255, max: 255 }) ?? 0
  const contrast = parameters.number('contrast', { min: -100, max: 100 }) ?? 0
  const saturation = parameters.number('saturation', { min: -100, max: 900 }) ?? 0
  return [
    ...(bright === 0 ? [] : [{ op: 'brightness', amount: bright / 2.55 } as const]),
    ...(contrast === 0 ? [] : [{ op: 'contrast', amount: contrast } as const]),
    ...(saturation === 0 ? [] : [{ op: 'modulate', saturation: 1 + saturation / 100 } as const]),
  ]
}

function colours(parameters: CloudimageParameters): readonly OperationInput[] {
  const sepia = parameters.number('sepia', share) ?? 0
  const [shadow, highlight, ...others] = parameters.text('duotone')?.split(/[,;]/, 3) ?? []
  if (shadow !== undefined && (highlight === undefined || others.length > 0))
    throw parameters.invalid('duotone', 'must be two colours, that of the shadows first')
  return [
    ...(parameters.flag('gray') ? [{ op: 'grayscale' } as const] : []),
    // `sepia=1` is a switch, as everywhere in this language.
    ...(sepia === 0 ? [] : [{ op: 'sepia', amount: sepia === 1 ? 100 : sepia } as const]),
    ...(parameters.flag('invert') ? [{ op: 'invert' } as const] : []),
    ...(shadow === undefined || highlight === undefined
      ? []
      : [
          {
            op: 'duotone',
            shadow: parameters.colorIn('duotone', shadow),
            highlight: parameters.colorIn('duotone', highlight),
          } as const,
        ]),
  ]
}

function detail(parameters: CloudimageParameters): readonly OperationInput[] {
  const blur = parameters.number('blur', share) ?? 0
  const block = Math.floor((parameters.number('pixelate', share) ?? 0) + 0.5)
  const sharpen = parameters.number('sharpen', share) ?? 0
  const faces = parameters.number('blur_faces', { min: 0, max: 1_000 }) ?? 0
  return [
    ...(faces === 0 ? [] : [hiddenFaces('blur', faces, 100)]),
    ...(blur === 0 ? [] : [{ op: 'blur', sigma: Math.max(0.3, blur) } as const]),
    ...(block < 2 ? [] : [{ op: 'pixelate', block } as const]),
    ...(sharpen === 0
      ? []
      : [{ op: 'sharpen', sigma: 1, flat: sharpen / 50, jagged: sharpen / 25 } as const]),
  ]
}
