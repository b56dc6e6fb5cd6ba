/** A roll, the frames of an animation below each other, taken apart and put together again. */
import type { Raster } from './image.ts'

/** The frames, as views of the roll's pixels. */
export function framesOf(roll: Raster): readonly Raster[] {
  const length = roll.data.length / roll.pages
  return Array.from({ length: roll.pages }, (_, page) => ({
    ...roll,
    data: roll.data.subarray(page * length, (page + 1) * length),
    pages: 1,
  }))
}

/** Frames of one size below each other. */
export function joined(frames: readonly Raster[]): Raster {
  const [first] = frames
  if (first === undefined) throw new TypeError('an animation without frames')
  const total = first.data.length * frames.length
  const data = first.data instanceof Uint16Array ? new Uint16Array(total) : new Uint8Array(total)
  for (const [page, frame] of frames.entries()) data.set(frame.data, page * first.data.length)
  return { ...first, data, pages: frames.length }
}
