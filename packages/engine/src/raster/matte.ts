/** Reading a matte where a frame lies in its picture. */
import type { Placement, Size } from '@fovea/core/model'
import type { Matte } from '../pool/protocol.ts'
import { between } from './between.ts'

/** How much of each pixel of a frame of this size belongs to the subject, 0–1; nothing outside the matte's picture. */
export function matteOn(matte: Matte, { origin, across, down }: Placement, size: Size): Float32Array {
  const { width, height } = size
  const place = between(matte)
  const shares = new Float32Array(width * height)
  for (let row = 0, at = 0; row < height; row++) {
    const v = (row + 0.5) / height
    for (let column = 0; column < width; column++, at++) {
      const u = (column + 0.5) / width
      const x = origin.x + u * across.x + v * down.x
      const y = origin.y + u * across.y + v * down.y
      if (x < 0 || y < 0 || x > 1 || y > 1) continue
      place.moveTo(x * matte.width - 0.5, y * matte.height - 0.5)
      shares[at] = place.value(matte.data) / 255
    }
  }
  return shares
}

/** How many pixels of the frame one of the matte takes, on its longer side. */
export function spreadOf(matte: Matte, { across, down }: Placement, { width, height }: Size): number {
  const columns = Math.hypot(across.x * matte.width, across.y * matte.height)
  const rows = Math.hypot(down.x * matte.width, down.y * matte.height)
  return Math.max(width / columns, height / rows)
}
