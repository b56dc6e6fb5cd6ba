/** `width`, `height`, `dpr`, `fit` and `gravity`: one or two resizes. */
import { roundSide } from '../../geometry/size.ts'
import type { OperationInput } from '../../operations/index.ts'
import type { DialectTarget, HintHeader } from '../define.ts'
import type { Options } from './options.ts'

const fits = ['scale-down', 'contain', 'cover', 'crop', 'pad', 'squeeze', 'aspect-crop'] as const
type Fit = (typeof fits)[number]
type Resize = Extract<OperationInput, { readonly op: 'resize' }>

/** Longest side that can be asked for, px; the limits in force decide below it. */
const maxSide = 1_000_000
const white = '#ffffff'

/** Headers that `width=auto` looks at, the first that is there: image pixels, so without `dpr`. */
const widthHints = ['sec-ch-width', 'width'] as const satisfies readonly HintHeader[]

export interface Sizing {
  readonly operations: readonly OperationInput[]
  /** Request headers that had a say. */
  readonly vary: readonly HintHeader[]
}

/** `background` fills what `fit=pad` leaves; white when absent. */
export function sizingOf(
  options: Options,
  hints: DialectTarget['hints'],
  background: string | undefined,
): Sizing {
  const ratio = options.number('dpr', { min: 0.1, max: 10 }) ?? 1
  const fit = options.oneOf('fit', fits) ?? 'contain'
  const position = positionOf(options)
  const zoom = options.number('zoom', { min: 0, max: 1 }) ?? 0
  if (zoom > 0 && position !== 'faces') throw options.invalid('zoom', 'needs gravity=face')
  const scaled = (name: 'width' | 'height') => {
    const side = options.number(name, { min: 1, max: maxSide, isWhole: true })
    return side === undefined ? undefined : Math.min(maxSide, roundSide(side * ratio))
  }
  const isAuto = options.text('width') === 'auto'
  const width = isAuto ? hintedWidth(hints) : scaled('width')
  const height = scaled('height')
  const vary = isAuto ? widthHints : []
  if (width === undefined && height === undefined) return { operations: [], vary }
  if (zoom > 0) return { operations: [zoomedOn(options, { width, height, fit, zoom })], vary }
  const box = {
    op: 'resize',
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
  } as const
  return { operations: resizesOf(fit, box, position, background ?? white), vary }
}

interface Zoomed {
  readonly width: number | undefined
  readonly height: number | undefined
  readonly fit: Fit
  readonly zoom: number
}

/** Nearer to the faces, up to the cut just around them and their hair. */
function zoomedOn(options: Options, { width, height, fit, zoom }: Zoomed): OperationInput {
  if (fit !== 'cover' || width === undefined || height === undefined)
    throw options.invalid('zoom', 'needs fit=cover, a width and a height')
  return { op: 'smartCrop', width, height, subject: 'face', tightness: zoom, padding: 0.4 }
}

function resizesOf(
  fit: Fit,
  box: Resize,
  position: Resize['position'],
  background: string,
): readonly OperationInput[] {
  const cover = { ...box, fit: 'cover', position } as const
  switch (fit) {
    case 'scale-down':
      return [{ ...box, fit: 'inside', upscale: false }]
    case 'contain':
      return [{ ...box, fit: 'inside' }]
    case 'cover':
      return [cover]
    case 'crop':
      // Where the box is larger than the image, nothing is cut and nothing grows.
      return [
        { ...cover, upscale: false, whenSmaller: 'keep' },
        { ...box, fit: 'inside', upscale: false },
      ]
    case 'aspect-crop':
      return [{ ...cover, upscale: false }]
    case 'pad':
      return [{ ...box, fit: 'contain', background }]
    case 'squeeze':
      return [{ ...box, fit: 'fill' }]
  }
}

/** What a cut keeps. */
function positionOf(options: Options): Resize['position'] {
  const text = options.text('gravity')
  if (text === undefined) return 'focal-point'
  const point =
    /^(0(?:\.\d{1,9})?|1(?:\.0{1,9})?|\.\d{1,9})x(0(?:\.\d{1,9})?|1(?:\.0{1,9})?|\.\d{1,9})$/.exec(text)
  if (point !== null) return { x: Number(point[1]), y: Number(point[2]) }
  switch (text) {
    case 'auto':
      return 'attention'
    case 'face':
      return 'faces'
    case 'left':
    case 'right':
    case 'top':
    case 'bottom':
    case 'center':
      return text
    default:
      throw options.invalid(
        'gravity',
        'must be auto, face, left, right, top, bottom, center or XxY from 0 to 1',
      )
  }
}

/** `undefined` where the client does not say: the picture keeps its width. */
function hintedWidth(hints: DialectTarget['hints']): number | undefined {
  for (const name of widthHints) {
    const text = hints[name]
    if (text !== undefined && /^[1-9]\d{0,5}$/.test(text)) return Number(text)
  }
  return undefined
}
