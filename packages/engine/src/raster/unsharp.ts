/** Adds the difference between a picture and its blurred self. */
import type { Step } from '@fovea/core/model'
import { fullOf, type Pixels, samples } from './pixels.ts'

/** Both pictures have the same shape; alpha stays. */
export function addDetail(
  pixels: Pixels,
  blurred: Pixels,
  { amount, threshold }: Extract<Step, { step: 'unsharp' }>,
): Pixels {
  const { data, channels } = pixels
  if (blurred.data.length !== data.length) throw new TypeError('a blur changed the shape of a picture')
  const made = samples(data, data.length)
  const full = fullOf(data)
  const least = (threshold * full) / 255
  for (let at = 0; at < data.length; at++) {
    const value = data[at] ?? 0
    const detail = value - (blurred.data[at] ?? 0)
    const isKept = Math.abs(detail) < least || (channels === 4 && at % 4 === 3)
    made[at] = isKept ? value : Math.min(full, Math.max(0, value + amount * detail)) + 0.5
  }
  return { ...pixels, data: made }
}
