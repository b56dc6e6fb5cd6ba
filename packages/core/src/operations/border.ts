/** A frame of one colour around the image, or drawn onto its edge. */
import * as z from 'zod'
import { type Rgba, toRgba } from '../geometry/color.ts'
import type { Size } from '../geometry/size.ts'
import type { Corners, Step } from '../steps/step.ts'
import { cornersOf, fitted, isSquare, radius } from './corners.ts'
import { defineOperation } from './define.ts'
import type { Margins } from './fill.ts'
import type { Length } from './length.ts'
import { color, pixels } from './parameters.ts'
import { withinLimits } from './size-limit.ts'

const own = () => pixels({ min: 0 }).optional().describe('Width on this side instead')
const clear = { r: 0, g: 0, b: 0, alpha: 0 }

export const border = defineOperation({
  op: 'border',
  category: 'geometry',
  revision: 1,
  summary: 'Add a frame around the image, or draw one onto its edge.',
  params: z.strictObject({
    width: pixels({ min: 0 }).describe('Width of the frame'),
    top: own(),
    right: own(),
    bottom: own(),
    left: own(),
    color: color().default('#000000ff').describe('Colour of the frame'),
    inside: z.boolean().default(false).describe('Draw onto the image instead of making it larger'),
    radius: radius().default(0).describe('Radius of the outer corners; what is outside becomes transparent'),
    innerRadius: radius()
      .optional()
      .describe('Radius of the inner corners; when absent the outer one less the width'),
  }),
  examples: [
    { width: 12, color: 'white' },
    { width: 4 },
    { width: 10, radius: 40, inside: true, color: 'gold' },
  ],
  normalise: (params) => {
    const { width, top = width, right = width, bottom = width, left = width } = params
    const isNothing =
      top + right + bottom + left === 0 && isSquare(params.radius) && isSquare(params.innerRadius ?? 0)
    if (isNothing) return undefined
    const onlyOwn = (side: number) => (side === width ? undefined : side)
    return {
      ...params,
      top: onlyOwn(top),
      right: onlyOwn(right),
      bottom: onlyOwn(bottom),
      left: onlyOwn(left),
    }
  },
  lower: ({ width, color, inside, radius, innerRadius, ...own }, frame): readonly Step[] => {
    const { top = width, right = width, bottom = width, left = width } = own
    const margins = { top, right, bottom, left }
    const around = { width: frame.width + left + right, height: frame.height + top + bottom }
    const outer = inside ? frame : withinLimits(around, frame, 'border')
    const paint = toRgba(color)
    const corners = innerCorners({ radius, innerRadius }, margins, outer)
    const isRound = corners.some(({ x, y }) => x > 0 && y > 0)
    return [
      ...(inside ? [] : extended(margins, isRound ? solid(paint) : paint)),
      ...(inside || isRound ? painted(margins, { outer, corners, paint }) : []),
      ...(isSquare(radius)
        ? []
        : [{ step: 'mask', left: 0, top: 0, ...sizeOf(outer), corners: rounded(radius, outer) } as const]),
    ]
  },
})

/** A colour that shows through is painted once, over nothing. */
function solid(paint: Rgba): Rgba {
  return paint.alpha < 1 ? clear : paint
}

function extended({ top, right, bottom, left }: Margins, background: Rgba): readonly Step[] {
  return top + right + bottom + left === 0 ? [] : [{ step: 'extend', top, right, bottom, left, background }]
}

interface Painting {
  readonly outer: Size
  readonly corners: Corners
  readonly paint: Rgba
}

/** Margins that meet leave a box of no size: everything is painted. */
function painted(
  { top, right, bottom, left }: Margins,
  { outer, corners, paint }: Painting,
): readonly Step[] {
  const width = Math.max(0, outer.width - left - right)
  const height = Math.max(0, outer.height - top - bottom)
  return [{ step: 'encircle', left, top, width, height, corners, color: paint }]
}

/** Source for the absent inner radius: CSS Backgrounds 3 §5.2, the padding edge. */
function innerCorners(
  { radius, innerRadius }: { readonly radius: Length; readonly innerRadius?: Length | undefined },
  { top, right, bottom, left }: Margins,
  outer: Size,
): Corners {
  const box = {
    width: Math.max(0, outer.width - left - right),
    height: Math.max(0, outer.height - top - bottom),
  }
  if (innerRadius !== undefined) return cornersOf([innerRadius, innerRadius, innerRadius, innerRadius], box)
  const [tl, tr, br, bl] = rounded(radius, outer)
  const less = ({ x, y }: Corners[number], across: number, down: number) => ({
    x: Math.max(0, x - across),
    y: Math.max(0, y - down),
  })
  return fitted(
    [less(tl, left, top), less(tr, right, top), less(br, right, bottom), less(bl, left, bottom)],
    box,
  )
}

function rounded(radius: Length, outer: Size): Corners {
  return cornersOf([radius, radius, radius, radius], outer)
}

function sizeOf({ width, height }: Size): Size {
  return { width, height }
}
