/** What imgix does at the edges: padding, borders, masks and the colour under what is transparent. */
import { traitsOf } from '../../formats/formats.ts'
import type { OperationInput } from '../../operations/index.ts'
import type { Output } from '../../request/output.ts'
import { pictureNamed, type Surroundings } from './pictures.ts'
import { type ImgixParameters, maxSide } from './reader.ts'
import type { Room } from './size.ts'

const white = '#ffffffff'

interface Sides {
  readonly top: number
  readonly right: number
  readonly bottom: number
  readonly left: number
}

/** Pixels on each side; `pad-top` … win over `pad`. */
export function padding(parameters: ImgixParameters): Sides {
  return sidesOf(parameters, 'pad', parameters.integer('pad', { min: 0, max: maxSide }) ?? 0, maxSide)
}

function sidesOf(parameters: ImgixParameters, name: string, all: number, max: number): Sides {
  const side = (edge: string) => parameters.integer(`${name}-${edge}`, { min: 0, max }) ?? all
  return { top: side('top'), right: side('right'), bottom: side('bottom'), left: side('left') }
}

/** What padding takes off the sides the URL asks for, so that the result has the size asked for. */
export function roomFor({ top, right, bottom, left }: Sides): Room {
  return { across: left + right, down: top + bottom }
}

export function padded(parameters: ImgixParameters, sides: Sides): readonly OperationInput[] {
  if (Math.max(...Object.values(sides)) === 0) return []
  return [{ op: 'extend', ...sides, background: parameters.color('bg') ?? white }]
}

/** An opaque `bg` lies under everything transparent, whatever the format. */
export function flattened(parameters: ImgixParameters): readonly OperationInput[] {
  const background = parameters.color('bg')
  return background?.endsWith('ff') === true ? [{ op: 'flatten', background }] : []
}

/** Border and mask, last of all, and the colour outside the mask where the format has no alpha. */
export function edges(
  parameters: ImgixParameters,
  around: Surroundings,
  output: Output,
): readonly OperationInput[] {
  const made = [...bordered(parameters), ...masked(parameters, around)]
  const isOpaque = output.kind === 'image' && output.choice === undefined && !traitsOf(output.format).alpha
  if (made.length === 0 || !isOpaque) return made
  return [...made, { op: 'flatten', background: parameters.color('mask-bg') ?? white }]
}

const widest = 100

/** `border=SIZE,COLOR` inside the edges. */
function bordered(parameters: ImgixParameters): readonly OperationInput[] {
  const [size = '', ...rest] = parameters.parts('border', 2) ?? []
  const color = rest[0] === undefined ? undefined : parameters.colorOf(rest[0])
  if (!/^\d{1,5}$/.test(size) || color === undefined) return []
  parameters.acted('border')
  const width = Math.min(widest, Math.max(1, Number(size)))
  const { top, right, bottom, left } = sidesOf(parameters, 'border', width, widest)
  const radii = parameters.corners('border-radius') ?? [0]
  const inner = parameters.corners('border-radius-inner')?.[0]
  const [radius = 0] = radii
  const isEven = radii.every((other) => other === radius)
  return [
    {
      op: 'border',
      inside: true,
      width,
      top,
      right,
      bottom,
      left,
      color,
      ...(isEven ? { radius } : {}),
      ...(inner === undefined ? {} : { innerRadius: inner }),
    },
    ...(isEven ? [] : [corners(radii)]),
  ]
}

function masked(parameters: ImgixParameters, around: Surroundings): readonly OperationInput[] {
  const mask = parameters.text('mask')
  if (mask === undefined) return []
  if (mask === 'ellipse') return [{ op: 'mask', shape: 'ellipse' }]
  if (mask === 'corners') {
    const radii = parameters.corners('corner-radius')
    return radii === undefined ? [] : [corners(radii)]
  }
  const named = pictureNamed(mask, around)
  return named === undefined ? [] : [{ op: 'maskImage', picture: named.picture }]
}

/** Radii clockwise from top left. */
function corners(radii: readonly number[]): OperationInput {
  const [topLeft = 0, topRight = topLeft, bottomRight = topLeft, bottomLeft = topLeft] = radii
  return { op: 'roundCorners', topLeft, topRight, bottomRight, bottomLeft }
}
