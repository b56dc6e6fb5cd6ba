/**
 * Where an image's focal point lies behind each step: what a cut without a place of its own keeps in its middle.
 *
 * The point belongs to the picture as it is stored, and a pipeline may turn, mirror and cut it before the cut that
 * needs it, so it moves with the pixels. Pure.
 */
import type { FocalPoint } from '../geometry/gravity.ts'
import type { Size } from '../geometry/size.ts'
import { rotatedSize } from '../geometry/turn.ts'
import type { Step } from '../steps/step.ts'

/** `undefined` where only the pixels tell. A point that was cut off is at the nearest edge. */
export function focalPointAfter(point: FocalPoint, frame: Size, step: Step): FocalPoint | undefined {
  switch (step.step) {
    case 'interest':
      return undefined
    case 'extract':
      return within(point, frame, { left: -step.left, top: -step.top, ...sizeOf(step) })
    case 'extend':
    case 'backdrop': {
      const width = frame.width + step.left + step.right
      const height = frame.height + step.top + step.bottom
      return within(point, frame, { left: step.left, top: step.top, width, height })
    }
    case 'flop':
      return { x: 1 - point.x, y: point.y }
    case 'flip':
      return { x: point.x, y: 1 - point.y }
    case 'turn':
      return Array.from({ length: step.quarters }).reduce<FocalPoint>(turned, point)
    case 'rotate':
      return rotated(point, frame, step.angle)
    default:
      return point
  }
}

/** The point on a canvas on which the image lies at `left`, `top`. */
function within(
  { x, y }: FocalPoint,
  frame: Size,
  { left, top, width, height }: Size & { readonly left: number; readonly top: number },
): FocalPoint {
  return { x: share((x * frame.width + left) / width), y: share((y * frame.height + top) / height) }
}

/** A quarter clockwise. */
function turned({ x, y }: FocalPoint): FocalPoint {
  return { x: 1 - y, y: x }
}

/** Around the centre, which stays the centre; `angle` in degrees clockwise. */
function rotated({ x, y }: FocalPoint, frame: Size, angle: number): FocalPoint {
  const { width, height } = rotatedSize(frame, angle)
  const radians = (angle * Math.PI) / 180
  const [cos, sin] = [Math.cos(radians), Math.sin(radians)]
  const [across, down] = [(x - 0.5) * frame.width, (y - 0.5) * frame.height]
  return {
    x: share((across * cos - down * sin) / width + 0.5),
    y: share((across * sin + down * cos) / height + 0.5),
  }
}

function sizeOf({ width, height }: Size): Size {
  return { width, height }
}

function share(value: number): number {
  return Math.min(1, Math.max(0, value))
}
