/** What lies beside or under a picture: `bg_color`, or a blurred copy of the picture with `bg_img_fit`. */
import { toRgba } from '../../geometry/index.ts'
import type { OperationInput } from '../../operations/index.ts'
import type { CloudimageParameters } from './reader.ts'

export type Filling = Pick<
  Extract<OperationInput, { op: 'pad' }>,
  'background' | 'fill' | 'fillBlur' | 'fillOpacity'
>

export const white = '#ffffffff'

/** How strong `bg_colorize` is; the vendor does not say. */
const colorized = 0.5

/** `bg_color` as `#rrggbbaa` or `dominant`; `undefined` when nothing is said. */
export function backgroundOf(parameters: CloudimageParameters): string | undefined {
  return parameters.text('bg_color')?.toLowerCase() === 'auto' ? 'dominant' : parameters.color('bg_color')
}

export function fillingOf(parameters: CloudimageParameters): Filling {
  const background = backgroundOf(parameters) ?? white
  if (!parameters.flag('bg_img_fit')) return { background }
  const blur = parameters.number('bg_blur', { min: 0.3, max: 1_000 })
  const opacity = parameters.number('bg_opacity', { min: 0, max: 1 }) ?? 1
  const color = parameters.color('bg_colorize')
  return {
    fill: 'blur',
    ...(blur === undefined ? {} : { fillBlur: blur }),
    ...(color === undefined ? { background, fillOpacity: opacity } : painted(background, opacity, color)),
  }
}

/**
 * A colour over the copy, `c` of it: what is left of the copy is `(1 − c) · opacity`, and what lies under it is mixed of
 * the colour and the background so that the sum is the same.
 */
function painted(
  background: string,
  opacity: number,
  color: string,
): Pick<Filling, 'background' | 'fillOpacity'> {
  const left = (1 - colorized) * opacity
  // A colour that is found in the picture cannot be mixed before there is one.
  if (background === 'dominant') return { background: color, fillOpacity: left }
  const [over, under] = [toRgba(color), toRgba(background)]
  const mix = (a: number, b: number) =>
    Math.floor((colorized * a + (1 - colorized) * (1 - opacity) * b) / (1 - left) + 0.5)
  const channels = [mix(over.r, under.r), mix(over.g, under.g), mix(over.b, under.b)]
  const hex = channels.map((channel) => channel.toString(16).padStart(2, '0')).join('')
  return { background: `#${hex}ff`, fillOpacity: left }
}

/** A colour that was asked for lies under everything that can be seen through. */
export function flattened(parameters: CloudimageParameters): readonly OperationInput[] {
  const background = backgroundOf(parameters)
  return background === undefined || background.endsWith('00') ? [] : [{ op: 'flatten', background }]
}
