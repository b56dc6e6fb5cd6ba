/**
 * `w`, `h`, `aspect_ratio` and `dpr` make a box, `func` says how the picture meets it.
 *
 * Cut, trim, flip and rotation come first, so that the answer has the size asked for. `org_if_sml` keeps a picture that
 * is smaller than the box along either side, whatever `func` says.
 */

import type { OperationInput } from '../../operations/index.ts'
import { readNumber } from '../step-parameters.ts'
import { backgroundOf, fillingOf, white } from './background.ts'
import { type Box, cutOf, trimmed, turned } from './cut.ts'
import { gravityOf, type Position, placeOf } from './gravity.ts'
import { type CloudimageParameters, maxSide } from './reader.ts'

type Resize = Extract<OperationInput, { op: 'resize' }>

const functions = ['crop', 'fit', 'cropfit', 'bound', 'boundmin', 'cover', 'face', 'proxy'] as const

/** Everything that decides which pixels there are. */
export function sizing(parameters: CloudimageParameters): readonly OperationInput[] {
  const box = boxOf(parameters)
  const cut = cutOf(parameters, box)
  const position = gravityOf(parameters, cut)
  return [
    ...cut.operations,
    ...trimmed(parameters),
    ...turned(parameters, backgroundOf(parameters) ?? white),
    ...sized(parameters, box, position),
  ]
}

/** Whether nothing at all is to be done. */
export function isProxied(parameters: CloudimageParameters): boolean {
  return parameters.oneOf('func', functions) === 'proxy'
}

function boxOf(parameters: CloudimageParameters): Box {
  const dpr = parameters.number('dpr', { min: 0.1, max: 10 }) ?? 1
  const side = (name: 'w' | 'h') => {
    const pixels = parameters.pixels(name)
    return pixels === undefined ? undefined : Math.min(maxSide, Math.max(1, Math.floor(pixels * dpr + 0.5)))
  }
  return { width: side('w'), height: side('h') }
}

function sized(
  parameters: CloudimageParameters,
  box: Box,
  asked: Position | undefined,
): readonly OperationInput[] {
  const func = parameters.oneOf('func', functions) ?? 'crop'
  const position = func === 'face' ? 'faces' : (asked ?? 'focal-point')
  const isWhole = box.width !== undefined && box.height !== undefined
  const ratio = aspectOf(parameters)
  const aspect = isWhole ? undefined : ratio
  const isFree = box.width === undefined && box.height === undefined
  if (isFree || aspect?.aspectTo !== undefined) {
    const cut: readonly OperationInput[] = aspect === undefined ? [] : [{ op: 'crop', ...aspect, position }]
    return isFree ? cut : [...cut, { op: 'resize', ...defined(box), ...smaller(parameters) }]
  }
  const sides = { ...defined(box), ...aspect, ...smaller(parameters) }
  switch (func) {
    case 'fit':
      return fitted(parameters, sides, position)
    case 'cropfit':
      return [
        { op: 'resize', ...sides, fit: 'cover', position, upscale: false, whenSmaller: 'keep' },
        contained(parameters, sides, position),
      ]
    case 'bound':
      return [{ op: 'resize', ...sides, fit: 'inside' }]
    case 'boundmin':
      return [{ op: 'resize', ...sides, fit: 'outside' }]
    case 'cover':
      return [{ op: 'resize', ...sides, fit: 'fill' }]
    default:
      return [{ op: 'resize', ...sides, fit: 'cover', position }]
  }
}

type Sides = Pick<Resize, 'width' | 'height' | 'aspect' | 'upscale' | 'whenSmaller'>

function smaller(parameters: CloudimageParameters): Sides {
  return parameters.flag('org_if_sml') ? { upscale: false, whenSmaller: 'keep' } : {}
}

function defined({ width, height }: Box): Sides {
  return { ...(width === undefined ? {} : { width }), ...(height === undefined ? {} : { height }) }
}

function contained(parameters: CloudimageParameters, sides: Sides, position: Position): OperationInput {
  const place = placeOf(position)
  return { op: 'resize', upscale: false, ...sides, fit: 'contain', position: place, ...fillingOf(parameters) }
}

/** `fit`, with its margin inside the size that is asked for. */
function fitted(
  parameters: CloudimageParameters,
  asked: Sides,
  position: Position,
): readonly OperationInput[] {
  const isGrown = parameters.flag('fit_enlarge') && asked.upscale === undefined
  const sides = isGrown ? { ...asked, upscale: true } : asked
  const { width, height } = sides
  if (typeof width !== 'number' || typeof height !== 'number') return [contained(parameters, sides, position)]
  const [across, down] = [marginOf(parameters, width), marginOf(parameters, height)]
  if (across === 0 && down === 0) return [contained(parameters, sides, position)]
  const inner = { ...sides, width: width - 2 * across, height: height - 2 * down }
  if (inner.width < 1 || inner.height < 1)
    throw parameters.invalid('margin', 'must leave room for the picture')
  const filling = fillingOf(parameters)
  // One filling for all the room, where the place allows it: two blurred copies would meet in a seam.
  if (placeOf(position) === 'center') {
    return [
      { op: 'resize', upscale: false, ...inner, fit: 'inside' },
      { op: 'pad', width, height, ...filling },
    ]
  }
  const around = { top: down, right: across, bottom: down, left: across }
  return [contained(parameters, inner, position), { op: 'extend', ...around, ...filling }]
}

/** Pixels, or percent of the side. */
function marginOf(parameters: CloudimageParameters, side: number): number {
  const text = parameters.text('margin')
  if (text === undefined) return 0
  const share = /[p%]$/.test(text)
  const value = readNumber(share ? text.slice(0, -1) : text)
  if (value === undefined || value < 0)
    throw parameters.invalid('margin', 'must be pixels, or percent such as 5p')
  return Math.floor((share ? (value / 100) * side : value) + 0.5)
}

interface Aspect {
  readonly aspect: string
  readonly aspectTo?: string
}

/** `1.778`, `16:9`, or a range of two with a comma. */
function aspectOf(parameters: CloudimageParameters): Aspect | undefined {
  const text = parameters.text('aspect_ratio')
  if (text === undefined) return undefined
  const [first, second, ...others] = text.split(',', 3).map(ratioIn)
  const isRange = text.includes(',')
  if (first === undefined || (isRange && second === undefined) || others.length > 0)
    throw parameters.invalid('aspect_ratio', 'must be a ratio such as 16:9 or 1.778, or two with a comma')
  return second === undefined ? { aspect: first } : { aspect: first, aspectTo: second }
}

function ratioIn(text: string): string | undefined {
  const [, width = '', height = '1'] =
    /^(\d{1,5}(?:\.\d{1,4})?)(?::(\d{1,5}(?:\.\d{1,4})?))?$/.exec(text.trim()) ?? []
  const ratio = Number(width) / Number(height)
  return width !== '' && ratio >= 0.001 && ratio <= 1_000 ? `${width}:${height}` : undefined
}
