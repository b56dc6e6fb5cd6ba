/**
 * imgix's sizes: `rect` and `trim` cut first, then `w`, `h`, `ar` and `dpr` make a box that `fit` fills.
 *
 * Where there are no faces, the place that `crop` names behind them counts, and without one what draws the eye; so it
 * does where there is none of the things that `crop` names.
 */
import type { Label } from '../../geometry/index.ts'
import type { OperationInput } from '../../operations/index.ts'
import { thingsNamed } from '../things.ts'
import { type ImgixParameters, type Length, lengthIn, maxSide, percent } from './reader.ts'

type Resize = Extract<OperationInput, { op: 'resize' }>
type Position = NonNullable<Resize['position']>

const white = '#ffffffff'
const fits = ['clamp', 'clip', 'crop', 'facearea', 'fill', 'fillmax', 'max', 'min', 'scale'] as const
type Fit = (typeof fits)[number]

/** Room that padding takes off the sides that are asked for, px. */
export interface Room {
  readonly across: number
  readonly down: number
}

interface Box {
  readonly width: Length | undefined
  readonly height: Length | undefined
}

/** What `rect` and `trim` cut. */
export function cuts(parameters: ImgixParameters): readonly OperationInput[] {
  return [...trimmed(parameters), ...cutOut(parameters)]
}

function trimmed(parameters: ImgixParameters): readonly OperationInput[] {
  const trim = parameters.oneOf('trim', ['auto', 'color', 'alpha', 'colorunlessalpha'])
  if (trim === undefined) return []
  const margin = parameters.integer('trim-pad', { min: -200, max: 200 }) ?? 0
  const range = { min: 0, max: 255 }
  switch (trim) {
    case 'auto':
      return [{ op: 'trim', by: 'color', threshold: parameters.number('trim-md', range) ?? 11, margin }]
    case 'color': {
      const background = parameters.color('trim-color')
      const threshold = parameters.number('trim-tol', range) ?? 0
      return [
        { op: 'trim', by: 'color', threshold, margin, ...(background === undefined ? {} : { background }) },
      ]
    }
    case 'alpha':
      return [{ op: 'trim', by: 'alpha', threshold: parameters.number('trim-alpha', range) ?? 0, margin }]
    case 'colorunlessalpha':
      return [{ op: 'trim', by: 'alpha-or-color', margin }]
  }
}

/** `rect=x,y,w,h`; places may be words or shares. */
function cutOut(parameters: ImgixParameters): readonly OperationInput[] {
  const [x, y, w, h, ...others] = parameters.parts('rect', 5) ?? []
  const across = placeIn(x, ['left', 'center', 'right'])
  const down = placeIn(y, ['top', 'middle', 'bottom'])
  const [width, height] = [extentIn(w), extentIn(h)]
  if (across === undefined || down === undefined || width === undefined || height === undefined) return []
  if (others.length > 0) return []
  parameters.acted('rect')
  return [
    {
      op: 'crop',
      width,
      height,
      ...(across === 'start' ? { left: 0 } : across === 'end' ? { right: 0 } : {}),
      ...(down === 'start' ? { top: 0 } : down === 'end' ? { bottom: 0 } : {}),
      ...(typeof across === 'object' ? { left: across.at } : {}),
      ...(typeof down === 'object' ? { top: down.at } : {}),
      outside: 'clip',
    },
  ]
}

type Place = 'start' | 'middle' | 'end' | { readonly at: Length }

function placeIn(text: string | undefined, words: readonly string[]): Place | undefined {
  const word = (['start', 'middle', 'end'] as const)[words.indexOf(text ?? '')]
  if (word !== undefined) return word
  if (text === undefined || text.length > 12) return undefined
  if (/^\d+$/.test(text)) return { at: Math.min(Number(text), 1_000_000) }
  return /^0?\.\d+$/.test(text) ? { at: percent(Number(text)) } : undefined
}

function extentIn(text: string | undefined): Length | undefined {
  if (text === undefined || text.length > 12) return undefined
  if (/^[1-9]\d*$/.test(text)) return Math.min(Number(text), 1_000_000)
  return /^0?\.\d+$/.test(text) ? lengthIn(text) : undefined
}

/** What brings the image to its size; `dpr` is that of the URL or the client. */
export function sizes(parameters: ImgixParameters, dpr: number, room: Room): readonly OperationInput[] {
  const fit = fitOf(parameters)
  const box = boxOf(parameters, dpr, room)
  const aspect = box.width === undefined || box.height === undefined ? aspectOf(parameters, fit) : undefined
  const near = fit === 'facearea' ? faceArea(parameters, box) : undefined
  if (near !== undefined) return near
  if (fit === 'crop' || fit === 'facearea') return cropped(parameters, box, aspect)
  if (box.width === undefined && box.height === undefined)
    return aspect === undefined ? [] : [{ op: 'pad', aspect, ...filling(parameters) }]
  const bounds = {
    ...(box.width === undefined ? { maxWidth: maxSide } : {}),
    ...(box.height === undefined && aspect === undefined ? { maxHeight: maxSide } : {}),
  }
  const sides = { ...defined(box), ...(aspect === undefined ? {} : { aspect }) }
  switch (fit) {
    case 'clip':
      return [{ op: 'resize', ...sides, ...bounds, fit: 'inside' }]
    case 'max':
      return [{ op: 'resize', ...sides, ...bounds, fit: 'inside', upscale: false }]
    case 'min':
      return [
        { op: 'resize', ...sides, ...bounds, fit: 'cover', upscale: false, position: positionOf(parameters) },
      ]
    case 'fill':
      return [{ op: 'resize', ...sides, fit: 'contain', ...filling(parameters) }]
    case 'fillmax':
      return [{ op: 'resize', ...sides, fit: 'contain', upscale: false, ...filling(parameters) }]
    case 'clamp':
      return [{ op: 'resize', ...sides, fit: 'contain', fill: 'copy' }]
    case 'scale':
      return [{ op: 'resize', width: box.width ?? '100%', height: box.height ?? '100%', fit: 'fill' }]
  }
}

function fitOf(parameters: ImgixParameters): Fit {
  return parameters.words('fit', fits)?.[0] ?? 'clip'
}

/** All faces, or one of them, scaled to a box of which both sides are told. */
function faceArea(
  parameters: ImgixParameters,
  { width, height }: Box,
): readonly OperationInput[] | undefined {
  if (typeof width !== 'number' || typeof height !== 'number') return undefined
  const index = parameters.integer('faceindex', { min: 1, max: 1_000 })
  const pad = parameters.number('facepad', { min: 1, max: 10 }) ?? 1
  return [
    {
      op: 'smartCrop',
      aspect: `${width}:${height}`,
      subject: 'face',
      ...(index === undefined ? {} : { index }),
      tightness: 1,
      padding: (pad - 1) / 2,
    },
    { op: 'resize', width, height, fit: 'cover' },
  ]
}

/** Sides in pixels of the result; both are reduced alike when one is longer than imgix makes. */
function boxOf(parameters: ImgixParameters, dpr: number, { across, down }: Room): Box {
  const width = scaled(parameters.side('w', 100 * maxSide), dpr, across)
  const height = scaled(parameters.side('h', 100 * maxSide), dpr, down)
  const longest = Math.max(...[width, height].map((side) => (typeof side === 'number' ? side : 0)))
  if (longest <= maxSide) return { width, height }
  const reduced = (side: Length | undefined) =>
    typeof side === 'number' ? Math.max(1, Math.round((side * maxSide) / longest)) : side
  return { width: reduced(width), height: reduced(height) }
}

function scaled(side: Length | undefined, dpr: number, taken: number): Length | undefined {
  if (typeof side === 'number') return Math.max(1, Math.floor(side * dpr + 0.5) - taken)
  return side === undefined ? undefined : percent((Number(side.slice(0, -1)) / 100) * dpr)
}

function defined({ width, height }: Box): { readonly width?: Length; readonly height?: Length } {
  return { ...(width === undefined ? {} : { width }), ...(height === undefined ? {} : { height }) }
}

function aspectOf(parameters: ImgixParameters, fit: Fit): string | undefined {
  if (fit !== 'crop' && fit !== 'fill' && fit !== 'fillmax') return undefined
  const [, width = '', height = ''] =
    /^(\d{1,5}(?:\.\d{1,3})?):(\d{1,5}(?:\.\d{1,3})?)$/.exec(parameters.parts('ar', 1)?.[0] ?? '') ?? []
  const ratio = Number(width) / Number(height)
  if (!(ratio >= 1 / 1_000 && ratio <= 1_000)) return undefined
  parameters.acted('ar')
  return `${width}:${height}`
}

function cropped(
  parameters: ImgixParameters,
  box: Box,
  aspect: string | undefined,
): readonly OperationInput[] {
  const bound = { min: 1, max: maxSide }
  const bounds = {
    minWidth: parameters.integer('min-w', bound),
    minHeight: parameters.integer('min-h', bound),
    maxWidth: parameters.integer('max-w', bound) ?? (box.width === undefined ? maxSide : undefined),
    maxHeight: parameters.integer('max-h', bound) ?? (box.height === undefined ? maxSide : undefined),
  }
  const isAsked = [box.width, box.height, aspect].some((value) => value !== undefined)
  const isBound = ['min-w', 'min-h', 'max-w', 'max-h'].some((name) => parameters.applied.has(name))
  const position = positionOf(parameters)
  const otherwise = position === 'faces' ? placeWithoutFaces(parameters) : undefined
  const zoom = parameters.applied.has('fp-z') ? (parameters.number('fp-z', { min: 1, max: 100 }) ?? 1) : 1
  const { width, height } = box
  if (
    otherwise !== undefined &&
    typeof width === 'number' &&
    typeof height === 'number' &&
    zoom === 1 &&
    !isBound
  )
    return [
      { op: 'smartCrop', aspect: `${width}:${height}`, subject: 'face', otherwise },
      { op: 'resize', width, height, fit: 'cover' },
    ]
  const zoomed = zoom > 1 ? zoomedCut(box, aspect, { zoom, position }) : []
  if (!isAsked && !isBound) return zoomed
  const given = Object.fromEntries(Object.entries(bounds).filter(([, value]) => value !== undefined))
  const sides = { ...defined(box), ...(aspect === undefined ? {} : { aspect }) }
  return [...zoomed, { op: 'resize', ...sides, ...given, fit: 'cover', position }]
}

/** The cut that a zoom makes before the resize; of the box's shape where that is known. */
function zoomedCut(
  { width, height }: Box,
  aspect: string | undefined,
  { zoom, position }: { readonly zoom: number; readonly position: Position },
): readonly OperationInput[] {
  const shape = typeof width === 'number' && typeof height === 'number' ? `${width}:${height}` : aspect
  return [{ op: 'crop', ...(shape === undefined ? {} : { aspect: shape }), zoom, position }]
}

const places = ['top', 'bottom', 'left', 'right', 'center'] as const
const cropWords = [...places, 'faces', 'entropy', 'edges', 'focalpoint', 'auto'] as const

/** The corner that follows `faces`, for pictures without any. */
function placeWithoutFaces(parameters: ImgixParameters): Gravity | undefined {
  const [, ...others] = parameters.words('crop', cropWords) ?? []
  const isPlaced = others.some((word) => (places as readonly string[]).includes(word))
  return isPlaced ? corner(others) : undefined
}

/** Things that are named before all else. */
function leadingThings(parameters: ImgixParameters): Label[] {
  const found: Label[] = []
  for (const word of parameters.parts('crop', 32) ?? []) {
    const things = thingsNamed(word.trim())
    if (things === undefined) break
    found.push(...things)
  }
  if (found.length > 0) parameters.acted('crop')
  return found
}

/** What the first word says; places that stand together are one corner. */
function positionOf(parameters: ImgixParameters): Position {
  const things = leadingThings(parameters)
  if (things.length > 0) return { labels: things }
  const words = parameters.words('crop', cropWords) ?? []
  const [first] = words
  const share = { min: 0, max: 1 }
  switch (first) {
    case 'faces':
      return 'faces'
    case 'entropy':
      return 'entropy'
    case 'edges':
      return 'attention'
    case 'auto':
      return 'subject'
    case 'focalpoint': {
      parameters.number('fp-z', { min: 1, max: 100 })
      return { x: parameters.number('fp-x', share) ?? 0.5, y: parameters.number('fp-y', share) ?? 0.5 }
    }
    default:
      return first === undefined ? 'focal-point' : corner(words)
  }
}

export type Gravity =
  | 'center'
  | 'top'
  | 'bottom'
  | 'left'
  | 'right'
  | 'top-left'
  | 'top-right'
  | 'bottom-left'
  | 'bottom-right'

/** One of nine places from words of two axes; the first word of an axis counts. */
export function corner(words: readonly string[]): Gravity {
  const down = words.find((word): word is 'top' | 'bottom' => word === 'top' || word === 'bottom')
  const across = words.find((word): word is 'left' | 'right' => word === 'left' || word === 'right')
  if (down === undefined) return across ?? 'center'
  return across === undefined ? down : `${down}-${across}`
}

type Filling = Pick<Resize, 'background' | 'fill'>

/** What lies beside a fitted image. Gradients and generated fillings become the background. */
function filling(parameters: ImgixParameters): Filling {
  const fill = parameters.oneOf('fill', ['solid', 'blur'])
  if (fill === 'blur') return { fill: 'blur' }
  const solid = fill === 'solid' ? (parameters.color('fill-color') ?? white) : undefined
  return { background: solid ?? parameters.color('bg') ?? white }
}

/** Turns and mirrorings behind the resize. */
export function turns(parameters: ImgixParameters): readonly OperationInput[] {
  const flip = parameters.oneOf('flip', ['h', 'v', 'hv'])
  const angle = parameters.number('rot', { min: 0, max: 359 }) ?? 0
  const isPivot = angle > 0 && parameters.oneOf('rot-type', ['pivot', 'straighten']) === 'pivot'
  const background = isPivot ? (parameters.color('bg') ?? white) : white
  return [
    ...(flip?.includes('h') ? [{ op: 'flop' } as const] : []),
    ...(flip?.includes('v') ? [{ op: 'flip' } as const] : []),
    ...(angle === 0
      ? []
      : [{ op: 'rotate', angle, corners: isPivot ? 'grow' : 'zoom', background } as const]),
  ]
}

/** EXIF orientations that the degrees of `orient` stand for. */
const byDegrees: Readonly<Record<string, number>> = { 90: 6, 180: 3, 270: 8 }

/** `orient` takes the place of the EXIF orientation; `undefined` leaves that in force. */
export function orientation(parameters: ImgixParameters): number | undefined {
  const value = parameters.oneOf('orient', ['0', '1', '2', '3', '4', '5', '6', '7', '8', '90', '180', '270'])
  if (value === undefined) return undefined
  return byDegrees[value] ?? Math.max(1, Number(value))
}

/** Nothing larger than imgix makes. */
export const capped: OperationInput = Object.freeze({
  op: 'resize',
  fit: 'inside',
  upscale: false,
  maxWidth: maxSide,
  maxHeight: maxSide,
})
