/** Free rotation of a rectangle. */
import type { Size } from './size.ts'

/**
 * Size of the canvas that holds an image turned by `angle` degrees.
 * Both sides are rounded half up, as libvips does, so a sliver of a corner may be cut.
 */
export function rotatedSize({ width, height }: Size, angle: number): Size {
  const radians = (angle * Math.PI) / 180
  const cos = Math.abs(Math.cos(radians))
  const sin = Math.abs(Math.sin(radians))
  return {
    width: Math.max(1, Math.floor(width * cos + height * sin + 0.5)),
    height: Math.max(1, Math.floor(width * sin + height * cos + 0.5)),
  }
}

/**
 * The largest box of the image's own aspect that lies inside the image turned by `angle` degrees, both sides rounded
 * down: no empty corner in it. Its centre is the canvas's.
 */
export function innerSize({ width, height }: Size, angle: number): Size {
  const radians = (angle * Math.PI) / 180
  const cos = Math.abs(Math.cos(radians))
  const sin = Math.abs(Math.sin(radians))
  const scale = Math.min(width / (width * cos + height * sin), height / (width * sin + height * cos))
  return {
    width: Math.max(1, Math.floor(width * scale + 1e-9)),
    height: Math.max(1, Math.floor(height * scale + 1e-9)),
  }
}

/** `angle` in degrees, folded into [0, 360) and rounded to 4 decimals. */
export function foldAngle(angle: number): number {
  const folded = (((Math.round(angle * 10_000) / 10_000) % 360) + 360) % 360
  return Math.round(folded * 10_000) / 10_000
}
