/**
 * `wat=1` lays a picture (`wat_url`), a text (`wat_text`) or both over everything else.
 *
 * Distances count inwards from the sides that `wat_gravity` names. `absolute` puts the top left corner of the picture at
 * `wat_pos`, `relative` its middle.
 */
import type { Gravity } from '../../geometry/index.ts'
import type { OperationInput } from '../../operations/index.ts'
import { fontNamed } from '../font-family.ts'
import { percent, readNumber } from '../step-parameters.ts'
import { pictureOf } from './address.ts'
import { compassPoint } from './gravity.ts'
import { type CloudimageParameters, maxSide } from './reader.ts'

type Overlay = Extract<OperationInput, { op: 'overlay' }>
interface Place {
  readonly position: Gravity
  readonly x?: number | string
  readonly y?: number | string
}

const defaultColor = '#ffffffff'
/** px; the vendor does not say. */
const defaultFontSize = 24

/**
 * @param isMarked the project lays a watermark over everything anyway, so that `wat=1` alone asks for nothing more
 * @throws Problem `request/invalid-parameter` when nothing is named: a picture without the mark it should have would be wrong
 */
export function watermarks(parameters: CloudimageParameters, isMarked: boolean): readonly OperationInput[] {
  if (!parameters.flag('wat')) return []
  if (!isMarked && !parameters.has('wat_url') && !parameters.has('wat_text'))
    throw parameters.invalid('wat', 'needs wat_url, wat_text or a watermark among the settings')
  const place = placeOf(parameters)
  const opacity = parameters.number('wat_opacity', { min: 0, max: 1 }) ?? 1
  return [...pictured(parameters, place, opacity), ...written(parameters, place, opacity)]
}

function pictured(
  parameters: CloudimageParameters,
  place: Place,
  opacity: number,
): readonly OperationInput[] {
  const url = parameters.text('wat_url')
  if (url === undefined) return []
  const picture = pictureOf(url)
  if (picture === undefined)
    throw parameters.invalid('wat_url', 'must be the address of a picture, or a path')
  return [{ op: 'overlay', picture, ...scaleOf(parameters), ...place, opacity }]
}

/** `35` percent of its own size, `35p` percent of the image. */
function scaleOf(parameters: CloudimageParameters): Pick<Overlay, 'scale' | 'width' | 'height'> {
  const text = parameters.text('wat_scale')
  if (text === undefined) return {}
  const ofImage = text.endsWith('p')
  const value = readNumber(ofImage ? text.slice(0, -1) : text)
  if (value === undefined || value <= 0)
    throw parameters.invalid('wat_scale', 'must be percent such as 35 or 35p')
  const scale = Math.min(100, Math.max(0.01, value))
  return ofImage ? { width: percent(scale / 100), height: percent(scale / 100) } : { scale }
}

function written(parameters: CloudimageParameters, place: Place, opacity: number): readonly OperationInput[] {
  const text = parameters.text('wat_text')
  if (text === undefined) return []
  const { position, x = 0, y = 0 } = place
  const size = parameters.text('wat_fontsize')
  const [, pixels = '', isMost = ''] = /^(\d{1,5})(max)?$/.exec(size ?? `${defaultFontSize}`) ?? []
  if (pixels === '') throw parameters.invalid('wat_fontsize', 'must be pixels such as 20 or 20max')
  return [
    {
      op: 'text',
      text,
      ...fontNamed(parameters.text('wat_font') ?? ''),
      fontSize: Math.min(4_000, Math.max(1, Number(pixels))),
      // What shrinks stays a line.
      ...(isMost === '' ? {} : { fit: 'shrink' as const, wrap: false }),
      color: parameters.color('wat_color') ?? defaultColor,
      opacity,
      position,
      padding: 0,
      // Texts move to the right and down, pictures inwards.
      x: position.endsWith('right') ? negative(x) : x,
      y: position.startsWith('bottom') ? negative(y) : y,
    },
  ]
}

function negative(length: number | string): number | string {
  if (typeof length === 'number') return -length
  return length.startsWith('-') ? length.slice(1) : `-${length}`
}

function placeOf(parameters: CloudimageParameters): Place {
  const word = parameters.text('wat_gravity')?.toLowerCase() ?? 'center'
  if (word === 'absolute' || word === 'relative') {
    const [x, y] = positionOf(parameters)
    if (word === 'absolute') return { position: 'top-left', x: percent(x / 100), y: percent(y / 100) }
    return { position: 'center', x: percent((x - 50) / 100), y: percent((y - 50) / 100) }
  }
  const position = compassPoint(word)
  if (position === undefined)
    throw parameters.invalid('wat_gravity', 'must be a point of the compass, center, absolute or relative')
  return { position, ...paddingOf(parameters, position) }
}

function positionOf(parameters: CloudimageParameters): readonly [number, number] {
  const parts = (parameters.text('wat_pos') ?? '0').split(',', 3).map((part) => readNumber(part.trim()))
  const [x, y = x] = parts.map((part) => (part === undefined ? undefined : Math.min(100, Math.max(0, part))))
  if (x === undefined || y === undefined || parts.length > 2)
    throw parameters.invalid('wat_pos', 'must be X,Y in percent of the image')
  return [x, y]
}

/** One distance counts from the sides that the place names, two also from the middle. */
function paddingOf(parameters: CloudimageParameters, position: Place['position']): Pick<Place, 'x' | 'y'> {
  const text = parameters.text('wat_pad')
  if (text === undefined) return {}
  const parts = text.split(',', 3).map((part) => lengthIn(part.trim()))
  const [x, y = x] = parts
  if (x === undefined || y === undefined || parts.length > 2)
    throw parameters.invalid('wat_pad', 'must be pixels or percent, such as 10 or 10,5p')
  const isBoth = parts.length === 2
  const isBeside = position.endsWith('left') || position.endsWith('right')
  const isAboveOrBelow = position.startsWith('top') || position.startsWith('bottom')
  return { ...(isBoth || isBeside ? { x } : {}), ...(isBoth || isAboveOrBelow ? { y } : {}) }
}

function lengthIn(text: string): number | string | undefined {
  const isShare = text.endsWith('p')
  const value = readNumber(isShare ? text.slice(0, -1) : text)
  if (value === undefined || Math.abs(value) > (isShare ? 1_000 : maxSide)) return undefined
  return isShare ? percent(value / 100) : Math.floor(value + 0.5)
}
