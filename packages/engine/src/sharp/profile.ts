/**
 * sharp's fixed native order as data.
 *
 * Source: sharp 0.35 src/pipeline.cc, read and proved by the equivalence and pair tests beside `run.ts`; a release
 * that reorders anything turns them red.
 */
import type { EngineProfile } from '@fovea/core'

export const sharpProfile: EngineProfile = {
  order: [
    'extract',
    'flatten',
    'greyscale',
    'resize',
    'flip',
    'flop',
    'turn',
    'extract',
    'extend',
    'blur',
    'modulate',
    'sharpen',
  ],
  apart: [],
  // sharp premultiplies once, around everything from resize to sharpen, when the image has alpha at its beginning:
  // colour maths then sees premultiplied values, and an alpha channel that extend adds comes too late.
  apartWithAlpha: [
    ['resize', 'modulate'],
    ['blur', 'modulate'],
    ['modulate', 'sharpen'],
    ['extend', 'blur'],
    ['extend', 'modulate'],
    ['extend', 'sharpen'],
  ],
  alone: ['rotate', 'interest'],
}
