/**
 * Whether a long animation can be made part by part, a run of frames after the other, and how long the parts are.
 *
 * Only what sees each frame by itself can be done so. A trim, an automatic contrast or a saliency cut looks at all
 * frames first, and a search for a quality or a size weighs the whole file: those hold all frames, as short animations do.
 */
import { type Frame, frameAfter, lowerOperation, type Pipeline } from '../operations/index.ts'
import type { ImageOutput } from '../request/output.ts'
import type { Step, StepKind } from '../steps/index.ts'
import { factsMissing } from './plan-pass.ts'

/** Pixels of the frames in one part, when that is at least {@link leastFrames}. */
const partPixels = 1_500_000
/** Fewer would cost bytes: the first frame of a part cannot build on the one before it. */
const leastFrames = 8

/** Steps that find out something about all frames together. */
const seesAllFrames: ReadonlySet<StepKind> = new Set(['interest', 'normalise', 'levels'])

/** Frames of one part; as many as there are when all fit. */
export function framesInPart({
  width,
  height,
  pages,
}: {
  readonly width: number
  readonly height: number
  readonly pages: number
}): number {
  const fitting = Math.floor(partPixels / (width * height))
  // Parts of one length: none is left with a single frame.
  return Math.ceil(pages / Math.ceil(pages / Math.max(leastFrames, fitting)))
}

/**
 * Whether the output can be joined from parts; `frame` is the source with all its frames.
 * @throws Problem `operation/impossible`, `operation/too-large`
 */
export function seesFramesAlone(
  { pipeline, output }: { readonly pipeline: Pipeline; readonly output: ImageOutput },
  start: Frame,
): boolean {
  const { format, maxBytes, target, choice } = output
  // Searches weigh the whole file.
  if (maxBytes !== undefined || target !== undefined || choice !== undefined) return false
  if (format !== 'gif' && format !== 'webp') return false
  let frame = start
  for (const operation of pipeline) {
    if (factsMissing(operation, frame).length > 0) return false
    const steps = lowerOperation(operation, frame)
    if (steps.some(looksAtAll)) return false
    frame = steps.reduce(frameAfter, frame)
  }
  return true
}

function looksAtAll(step: Step): boolean {
  return seesAllFrames.has(step.step) || (step.step === 'within' && step.steps.some(looksAtAll))
}
