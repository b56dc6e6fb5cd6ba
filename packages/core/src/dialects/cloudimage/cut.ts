/** What is cut out of the picture before it gets its size: `tl_px` and `br_px`, `trim`. */
import type { OperationInput } from '../../operations/index.ts'
import { type CloudimageParameters, maxSide } from './reader.ts'

export interface Box {
  readonly width: number | undefined
  readonly height: number | undefined
}

interface Point {
  readonly x: number
  readonly y: number
}

export interface Cut {
  readonly operations: readonly OperationInput[]
  /** What lies at the top left behind it, in pixels of the original. */
  readonly left: number
  readonly top: number
}

/** `box` is the size asked for: from one corner alone, so much is cut; without both sides, all there is. */
export function cutOf(parameters: CloudimageParameters, box: Box): Cut {
  const [from, to] = [pointOf(parameters, 'tl_px'), pointOf(parameters, 'br_px')]
  if (from === undefined && to === undefined) return { operations: [], left: 0, top: 0 }
  const left = from?.x ?? (isWhole(box) ? Math.max(0, (to?.x ?? 0) - (box.width ?? 0)) : 0)
  const top = from?.y ?? (isWhole(box) ? Math.max(0, (to?.y ?? 0) - (box.height ?? 0)) : 0)
  const width = to === undefined ? (isWhole(box) ? box.width : undefined) : to.x - left
  const height = to === undefined ? (isWhole(box) ? box.height : undefined) : to.y - top
  if ((width ?? 1) < 1 || (height ?? 1) < 1)
    throw parameters.invalid('br_px', 'must lie to the right of and below tl_px')
  const sides = { ...(width === undefined ? {} : { width }), ...(height === undefined ? {} : { height }) }
  return { operations: [{ op: 'crop', left, top, ...sides, outside: 'clip' }], left, top }
}

function isWhole({ width, height }: Box): boolean {
  return width !== undefined && height !== undefined
}

function pointOf(parameters: CloudimageParameters, name: 'tl_px' | 'br_px'): Point | undefined {
  const text = parameters.text(name)
  if (text === undefined) return undefined
  const [, x = '', y = ''] = /^(\d{1,9}),(\d{1,9})$/.exec(text) ?? []
  if (x === '') throw parameters.invalid(name, 'must be X,Y in pixels of the original')
  return { x: Math.min(maxSide, Number(x)), y: Math.min(maxSide, Number(y)) }
}

/** Aggressiveness 0–100: the largest difference that still is border, percent. */
export function trimmed(parameters: CloudimageParameters): readonly OperationInput[] {
  const trim = parameters.number('trim', { min: 0, max: 100 }) ?? 0
  return trim === 0 ? [] : [{ op: 'trim', by: 'alpha-or-color', threshold: trim * 2.55 }]
}

/** `flip`, then `r`, which counts counter-clockwise. */
export function turned(parameters: CloudimageParameters, background: string): readonly OperationInput[] {
  const flip = parameters.oneOf('flip', ['h', 'v', 'hv', 'vh']) ?? ''
  const angle = (parameters.number('r', { min: -3_600, max: 3_600 }) ?? 0) % 360
  return [
    ...(flip.includes('h') ? [{ op: 'flop' } as const] : []),
    ...(flip.includes('v') ? [{ op: 'flip' } as const] : []),
    ...(angle === 0 ? [] : [{ op: 'rotate', angle: -angle, background } as const]),
  ]
}
