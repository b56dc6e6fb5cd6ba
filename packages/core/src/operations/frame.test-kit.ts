/** The picture that tests of operations and plans begin with. */
import { defaultLimits } from '../limits/index.ts'
import type { Frame } from './frame.ts'

/** A still JPEG of which nothing else is known, but for what `more` says. */
export function frameOf(width: number, height: number, more: Partial<Frame> = {}): Frame {
  return {
    width,
    height,
    hasAlpha: false,
    pages: 1,
    format: 'jpeg',
    facts: {},
    limits: defaultLimits,
    ...more,
  }
}
