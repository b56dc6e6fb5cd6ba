/**
 * Where a frame lies in another picture, whatever was cut, turned, mirrored or added since: the way back from a
 * pixel to what is known of the picture there. Pure.
 */
import type { Box, Size } from './size.ts'
import { rotatedSize } from './turn.ts'

interface Vector {
  readonly x: number
  readonly y: number
}

/** In parts of the other picture's sides; what lies outside 0–1 was added later. */
export interface Placement {
  /** Where the frame's top left corner lies. */
  readonly origin: Vector
  /** From there to its top right corner. */
  readonly across: Vector
  /** From there to its bottom left corner. */
  readonly down: Vector
}

/** The frame is the whole of the other picture, upright. */
export const wholePlacement: Placement = {
  origin: { x: 0, y: 0 },
  across: { x: 1, y: 0 },
  down: { x: 0, y: 1 },
}

/** Of a box of the frame, px; it may reach beyond the frame. */
export function placeBox({ origin, across, down }: Placement, frame: Size, box: Box): Placement {
  return {
    origin: sum(origin, scaled(across, box.left / frame.width), scaled(down, box.top / frame.height)),
    across: scaled(across, box.width / frame.width),
    down: scaled(down, box.height / frame.height),
  }
}

/** Top ↔ bottom. */
export function placeFlipped({ origin, across, down }: Placement): Placement {
  return { origin: sum(origin, down), across, down: scaled(down, -1) }
}

/** Left ↔ right. */
export function placeFlopped({ origin, across, down }: Placement): Placement {
  return { origin: sum(origin, across), across: scaled(across, -1), down }
}

/** Turned clockwise by quarters. */
export function placeTurned(placement: Placement, quarters: 1 | 2 | 3): Placement {
  return Array.from({ length: quarters }).reduce<Placement>(
    ({ origin, across, down }) => ({ origin: sum(origin, down), across: scaled(down, -1), down: across }),
    placement,
  )
}

/** Turned clockwise by `angle` degrees around the centre, on the canvas that holds the corners. */
export function placeRotated({ origin, across, down }: Placement, frame: Size, angle: number): Placement {
  const canvas = rotatedSize(frame, angle)
  const radians = (angle * Math.PI) / 180
  const [cos, sin] = [Math.cos(radians), Math.sin(radians)]
  // One pixel of the frame, then one of the canvas.
  const [right, below] = [scaled(across, 1 / frame.width), scaled(down, 1 / frame.height)]
  const turnedAcross = scaled(sum(scaled(right, cos), scaled(below, -sin)), canvas.width)
  const turnedDown = scaled(sum(scaled(right, sin), scaled(below, cos)), canvas.height)
  const centre = sum(origin, scaled(across, 0.5), scaled(down, 0.5))
  return {
    origin: sum(centre, scaled(turnedAcross, -0.5), scaled(turnedDown, -0.5)),
    across: turnedAcross,
    down: turnedDown,
  }
}

function sum(...vectors: readonly Vector[]): Vector {
  return vectors.reduce((total, { x, y }) => ({ x: total.x + x, y: total.y + y }))
}

function scaled({ x, y }: Vector, by: number): Vector {
  return { x: x * by, y: y * by }
}
