/**
 * sharp's fixed native order as data.
 *
 * Source: sharp 0.35 src/pipeline.cc, read and proved by the equivalence and pair tests beside `run.ts`; a release
 * that reorders anything turns them red.
 */
import { type EngineProfile, pixelSteps } from '@fovea/core/model'

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
    'median',
    'blur',
    'modulate',
    'sharpen',
  ],
  apart: [],
  // sharp premultiplies once, around everything from resize to sharpen, when the image has alpha at its beginning:
  // colour maths and the median then see premultiplied values, and an alpha channel that extend adds comes too late.
  apartWithAlpha: [
    ['resize', 'median'],
    ['median', 'blur'],
    ['median', 'sharpen'],
    ['resize', 'modulate'],
    ['blur', 'modulate'],
    ['modulate', 'sharpen'],
    ['extend', 'blur'],
    ['extend', 'modulate'],
    ['extend', 'sharpen'],
  ],
  // A whole-number percentile of a dim picture is a leap of contrast: normalise sees exactly the pixels it would see
  // after any other pass.
  alone: ['normalise', 'rotate', 'interest', ...pixelSteps],
}
