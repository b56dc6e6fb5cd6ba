/** How large a picture may be asked for, from the limits in force. */
import type { Limits } from '../../limits/limits.ts'

export interface Bounds {
  /** Side to which `max` shrinks what is longer, px. */
  readonly most: number
  /** Side of a square that can always be made, px. */
  readonly promised: number
}

export function boundsOf({ maxSide, maxPixels, maxOutputPixels }: Limits): Bounds {
  const promised = Math.min(maxSide, Math.floor(Math.sqrt(maxOutputPixels)))
  return { most: maxPixels <= maxOutputPixels ? maxSide : promised, promised }
}
