/**
 * Steps of a URL to operations. Steps act in the order written; parameters within a step always in `cloudinaryOrder`.
 *
 * A layer takes several steps: from the one that opens it to `fl_layer_apply`, when there is one before the next layer.
 */
import type { OperationInput } from '../../operations/index.ts'
import type { DialectContext, DialectTarget } from '../define.ts'
import { hintedDpr, hintedWidth } from '../hinted.ts'
import { readEffect } from './effects.ts'
import { readAngles, readBackground, readCorners, readOpacity } from './finish.ts'
import { readLayer } from './layers.ts'
import { readSaving, type Saved } from './output.ts'
import { expandSteps } from './preset.ts'
import { readSize } from './size.ts'
import { Step } from './step.ts'

/** The order in which the parameters of one step act, whatever their order in the URL. Cloudinary publishes none. */
export const cloudinaryOrder = [
  'named transformation',
  'resizing',
  'effect',
  'opacity',
  'corners and border',
  'angle',
  'background',
] as const

export interface Transformation {
  readonly operations: readonly OperationInput[]
  readonly saved: Saved
  /** `a_ignore`: the EXIF orientation is left alone. */
  readonly ignoresExif: boolean
  /** Request headers that were looked at. */
  readonly vary: readonly string[]
  readonly preset?: string
  readonly presetOnly: boolean
}

/** @throws Problem `request/…`, `preset/unknown`, `format/unavailable` */
export function readTransformation(
  texts: readonly string[],
  { hints }: Pick<DialectTarget, 'hints'>,
  context: DialectContext,
): Transformation {
  const written = texts.map((text) => new Step(text))
  const preset = written.find((step) => step.has('t'))?.text('t')
  const steps = preset === undefined ? written : expandSteps(texts, context)
  const operations: OperationInput[] = []
  const saved: Saved = {}
  const vary = new Set<string>()
  let ignoresExif = false
  for (let at = 0; at < steps.length; at++) {
    const step = steps[at]
    if (step === undefined) break
    if (step.has('l')) {
      const end = layerEnd(steps, at)
      operations.push(readLayer(steps.slice(at, end + 1)))
      at = end
      continue
    }
    const { backdrop, behind } = readBackground(step)
    const size = isRegion(step)
      ? []
      : readSize(step, {
          dpr: readDpr(step, hints, vary),
          autoWidth: readAutoWidth(step, hints, vary),
          isInitial: operations.length === 0,
          backdrop,
        })
    if (
      backdrop.fill === 'blur' &&
      !size.some((operation) => operation.op === 'pad' || isContained(operation))
    ) {
      throw step.invalid('b', 'needs a step that pads the image')
    }
    const angles = readAngles(step)
    ignoresExif ||= angles.ignoresExif
    operations.push(...size, ...readEffect(step), ...readOpacity(step), ...readCorners(step))
    // Behind a padding in the image's own colour nothing is left to fill, and asking again would find another.
    const isFilled = backdrop.background === 'dominant' && size.length > 0
    operations.push(...angles.operations, ...(isFilled ? [] : behind))
    readSaving(step, saved)
    step.finish()
  }
  return {
    operations,
    saved,
    ignoresExif,
    vary: [...vary],
    ...(preset === undefined ? {} : { preset }),
    // Projects that serve listed variants only let this pass unsigned: nothing may stand beside the name.
    presetOnly: written.length === 1 && written[0]?.isOnly('t') === true,
  }
}

function isContained(operation: OperationInput): boolean {
  return operation.op === 'resize' && operation.fit === 'contain'
}

/** Index of the step that lays the layer down: the next `fl_layer_apply` before another layer, or the opening step. */
function layerEnd(steps: readonly Step[], start: number): number {
  for (let at = start + 1; at < steps.length; at++) {
    const step = steps[at]
    if (step === undefined || step.has('l')) break
    if (step.flags().includes('layer_apply')) return at
  }
  return start
}

/** The effects that `x`, `y`, `w` and `h` belong to. */
function isRegion(step: Step): boolean {
  return !step.has('c') && step.isAbout('e', /^(?:blur|pixelate)_region(?::|$)/)
}

type Hints = DialectTarget['hints']

function readDpr(step: Step, hints: Hints, vary: Set<string>): number {
  const text = step.text('dpr')
  if (text === undefined) return 1
  if (text !== 'auto') return step.numberIn('dpr', text, { min: 0.1, max: 10 })
  return hintedDpr(hints, vary)
}

function readAutoWidth(step: Step, hints: Hints, vary: Set<string>): number | undefined {
  if (!step.isAbout('w', /^auto(?::|$)/)) return undefined
  return hintedWidth(hints, vary)
}
