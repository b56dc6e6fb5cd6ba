/** imgix's layers: `blend` with its own default (overlay), `mark` in the bottom right corner. */
import type { OperationInput } from '../../operations/index.ts'
import { pictureNamed, type Surroundings } from './pictures.ts'
import { type ImgixParameters, type Length, maxSide } from './reader.ts'
import { corner } from './size.ts'

type Overlay = Extract<OperationInput, { op: 'overlay' }>

const offsets = { min: -maxSide, max: maxSide }
const places = ['top', 'middle', 'bottom', 'left', 'right', 'center'] as const

/** imgix's word → ours. */
const modes = {
  color: 'color',
  burn: 'color-burn',
  dodge: 'color-dodge',
  darken: 'darken',
  difference: 'difference',
  exclusion: 'exclusion',
  hardlight: 'hard-light',
  hue: 'hue',
  lighten: 'lighten',
  luminosity: 'luminosity',
  multiply: 'multiply',
  overlay: 'overlay',
  saturation: 'saturation',
  screen: 'screen',
  softlight: 'soft-light',
  normal: 'normal',
} as const
const modeNames = Object.keys(modes) as (keyof typeof modes)[]

/** A colour over all, or a picture. */
export function blends(parameters: ImgixParameters, around: Surroundings): readonly OperationInput[] {
  const color = parameters.color('blend') ?? parameters.color('blend-color')
  const named = color === undefined ? pictureIn(parameters, 'blend', around) : undefined
  if (color === undefined && named === undefined) return []
  const blend = modes[parameters.oneOf('blend-mode', modeNames) ?? 'overlay']
  const opacity = (parameters.number('blend-alpha', { min: 0, max: 100 }) ?? 100) / 100
  if (color !== undefined) return [{ op: 'colorOverlay', color, blend, opacity }]
  if (named === undefined) return []
  const isInherited = parameters.oneOf('blend-size', ['inherit']) === 'inherit'
  const width = isInherited ? '100%' : (parameters.side('blend-w') ?? named.width)
  const height = isInherited ? '100%' : (parameters.side('blend-h') ?? named.height)
  const fit = parameters.oneOf('blend-fit', ['clip', 'crop', 'scale', 'max']) ?? 'clip'
  const pad = parameters.integer('blend-pad', { min: 0, max: maxSide }) ?? 0
  return [
    {
      op: 'overlay',
      picture: named.picture,
      blend,
      opacity,
      ...sized({ width, height }, fit),
      ...placed(parameters, 'blend', { words: ['center'], pad }),
    },
  ]
}

export function marks(
  parameters: ImgixParameters,
  around: Surroundings,
  rendered: Partial<Record<'width' | 'height', number>>,
): readonly OperationInput[] {
  const named = pictureIn(parameters, 'mark', around)
  if (named === undefined || isTooSmall(parameters, rendered)) return []
  const isTiled = parameters.oneOf('mark-tile', ['grid']) === 'grid'
  const pad = parameters.integer('mark-pad', { min: 0, max: maxSide }) ?? 5
  const scale = parameters.number('mark-scale', { min: 0, max: 100 })
  const share = scale === undefined || scale === 0 ? undefined : (`${scale}%` as Length)
  const width = share ?? parameters.side('mark-w') ?? named.width
  const height = share === undefined ? (parameters.side('mark-h') ?? named.height) : undefined
  const fit = parameters.oneOf('mark-fit', ['clip', 'crop', 'fill', 'max', 'scale']) ?? 'clip'
  return [
    {
      op: 'overlay',
      picture: named.picture,
      opacity: (parameters.number('mark-alpha', { min: 1, max: 100 }) ?? 100) / 100,
      rotation: parameters.number('mark-rot', { min: 0, max: 359 }) ?? 0,
      ...sized({ width, height }, fit),
      ...placed(parameters, 'mark', { words: isTiled ? ['top', 'left'] : ['bottom', 'right'], pad }),
      ...(isTiled ? { tile: true, spacing: pad } : {}),
    },
  ]
}

/** The picture a parameter names; `mark-base` stands before a path. */
function pictureIn(parameters: ImgixParameters, name: 'mark' | 'blend', around: Surroundings) {
  const text = parameters.parts(name, 1)?.[0] === undefined ? undefined : parameters.text(name)
  if (text === undefined) return undefined
  const isAbsolute = /^https?:\/\//i.test(text)
  const base = name === 'mark' && !isAbsolute ? parameters.text('mark-base') : undefined
  const whole = base === undefined ? text : `${base.replace(/\/$/, '')}/${text.replace(/^\//, '')}`
  return pictureNamed(whole, around)
}

/** Whether the image is known to be smaller than the mark wants; a size that nobody gave is not known. */
function isTooSmall(
  parameters: ImgixParameters,
  { width, height }: Partial<Record<'width' | 'height', number>>,
): boolean {
  const least = { min: 0, max: 1_000_000 }
  const [across, down] = [
    parameters.integer('mark-if-min-width', least) ?? 0,
    parameters.integer('mark-if-min-height', least) ?? 0,
  ]
  return (width !== undefined && width < across) || (height !== undefined && height < down)
}

const layerFits = {
  clip: { fit: 'inside' },
  crop: { fit: 'cover' },
  fill: { fit: 'contain' },
  max: { fit: 'inside', upscale: false },
  scale: { fit: 'fill' },
} as const

function sized(
  { width, height }: { readonly width: Length | undefined; readonly height: Length | undefined },
  fit: keyof typeof layerFits,
): Pick<Overlay, 'width' | 'height' | 'fit' | 'upscale'> {
  if (width === undefined && height === undefined) return {}
  if (width !== undefined && height !== undefined) return { width, height, ...layerFits[fit] }
  // With one side the other follows, as far as imgix makes pictures: a long one is reduced, not refused.
  return { width: width ?? maxSide, height: height ?? maxSide, ...layerFits[fit === 'max' ? 'max' : 'clip'] }
}

/** A coordinate takes the place of alignment and padding along its axis: it counts from the left or the top. */
function placed(
  parameters: ImgixParameters,
  name: 'mark' | 'blend',
  { words, pad }: { readonly words: readonly string[]; readonly pad: number },
): Pick<Overlay, 'position' | 'padding' | 'x' | 'y' | 'anchor'> {
  const asked = parameters.words(`${name}-align`, places) ?? words
  const [x, y] = [parameters.integer(`${name}-x`, offsets), parameters.integer(`${name}-y`, offsets)]
  const across = x === undefined ? asked.filter((word) => word === 'left' || word === 'right') : ['left']
  const down = y === undefined ? asked.filter((word) => word === 'top' || word === 'bottom') : ['top']
  const position = corner([...down, ...across])
  const anchor = name === 'mark' && (x ?? y) !== undefined ? anchorIn(parameters) : undefined
  return {
    position,
    padding: pad,
    ...(x === undefined ? {} : { x }),
    ...(y === undefined ? {} : { y }),
    ...(anchor === undefined
      ? {}
      : {
          anchor: {
            x: x === undefined ? shareOf(across, ['left', 'right']) : anchor.x,
            y: y === undefined ? shareOf(down, ['top', 'bottom']) : anchor.y,
          },
        }),
  }
}

/** The point of a mark that lies at its coordinates: words of both axes, or two shares of its sides. */
function anchorIn(parameters: ImgixParameters): { readonly x: number; readonly y: number } | undefined {
  const words = parameters.words('mark-anchor', places)
  if (words !== undefined)
    return { x: shareOf(words, ['left', 'right']), y: shareOf(words, ['top', 'bottom']) }
  const [x, y, ...others] = (parameters.parts('mark-anchor', 3) ?? []).map((part) =>
    /^(?:0|1|0?\.\d{1,8}|1\.0{1,8})$/.test(part.trim()) ? Number(part) : undefined,
  )
  if (x === undefined || y === undefined || others.length > 0) return undefined
  parameters.acted('mark-anchor')
  return { x, y }
}

/** 0 for the first word of an axis, 1 for the second, else the middle. */
function shareOf(words: readonly string[], [start, end]: readonly [string, string]): number {
  const found = words.find((word) => word === start || word === end)
  return found === undefined ? 0.5 : found === start ? 0 : 1
}
