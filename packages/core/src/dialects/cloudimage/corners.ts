/** `radius`: one for all corners, four clockwise from the top left, or `max` for a circle or a pill. */

import type { OperationInput } from '../../operations/index.ts'
import { readNumber } from '../step-parameters.ts'
import { type CloudimageParameters, maxSide } from './reader.ts'

export function rounded(parameters: CloudimageParameters): readonly OperationInput[] {
  const text = parameters.text('radius')
  if (text === undefined) return []
  if (text === 'max') return [{ op: 'roundCorners', radius: maxSide }]
  const radii = text.split(',', 5).map((part) => readNumber(part.trim()))
  const known = radii.flatMap((radius) =>
    radius === undefined || radius < 0 ? [] : [Math.min(maxSide, radius)],
  )
  const [topLeft = 0, topRight = topLeft, bottomRight = topLeft, bottomLeft = topLeft] = known
  if (known.length !== radii.length || (known.length !== 1 && known.length !== 4))
    throw parameters.invalid('radius', 'must be pixels, four of them with commas, or max')
  if (known.length === 1) return topLeft === 0 ? [] : [{ op: 'roundCorners', radius: topLeft }]
  return [{ op: 'roundCorners', topLeft, topRight, bottomRight, bottomLeft }]
}
