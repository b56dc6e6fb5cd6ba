/** Steps of a transformation to operations. They act in the order written; parameters within a step in `imageKitOrder`. */
import type { OperationInput } from '../../operations/index.ts'
import { problem } from '../../problem/index.ts'
import type { DialectContext, DialectTarget, PresetBody } from '../define.ts'
import { hintedDpr, hintedWidth } from '../hinted.ts'
import { presetNamed, presetText } from '../preset-text.ts'
import { readEffects, readUpscale } from './effects.ts'
import { readBackground, readCorners, readFlips, readOpacity, readRotation } from './finish.ts'
import { readLayer } from './layers.ts'
import { readSaving, type Saved } from './output.ts'
import { readSize } from './size.ts'
import { maxSteps, splitSteps, type WrittenStep } from './split.ts'
import { Step } from './step.ts'

/** The order in which the parameters of one step act, whatever their order in the URL. ImageKit publishes none. */
export const imageKitOrder = [
  'named transformation',
  'upscaling',
  'trim',
  'resizing',
  'effects',
  'opacity',
  'mirroring',
  'corners and border',
  'rotation',
  'background',
  'layers',
] as const

export interface Transformation {
  readonly operations: readonly OperationInput[]
  readonly saved: Saved
  /** Request headers that were looked at. */
  readonly vary: readonly string[]
  readonly preset?: string
  readonly presetOnly: boolean
}

/** @throws Problem `request/…`, `preset/unknown`, `format/unavailable` */
export function readTransformation(
  text: string,
  { hints }: Pick<DialectTarget, 'hints'>,
  { presets }: Pick<DialectContext, 'presets'>,
): Transformation {
  const written = splitSteps(text)
  const named = written.map(nameIn).find((name) => name !== undefined)
  const steps = named === undefined ? written : expanded(written, presets)
  const operations: OperationInput[] = []
  const saved: Saved = {}
  const vary = new Set<string>()
  for (const { parts, layers } of steps) {
    const step = new Step(parts)
    operations.push(...readStep(step, { hints, vary, isInitial: operations.length === 0 }))
    operations.push(...layers.map(readLayer))
    readSaving(step, saved)
    step.finish()
  }
  if (saved.original === true && steps.length > 1) {
    throw problem('request/invalid-parameter', {
      detail: 'Invalid orig in transformation: it stands alone, nothing is done to the original.',
      members: { parameter: 'orig' },
    })
  }
  const [first] = written
  return {
    operations,
    saved,
    vary: [...vary],
    ...(named === undefined ? {} : { preset: named }),
    // Projects that serve listed variants only let this pass unsigned: nothing may stand beside the name.
    presetOnly: named !== undefined && written.length === 1 && isNameAlone(first),
  }
}

interface StepTerms extends Pick<DialectTarget, 'hints'> {
  readonly vary: Set<string>
  readonly isInitial: boolean
}

function readStep(step: Step, { hints, vary, isInitial }: StepTerms): readonly OperationInput[] {
  const { backdrop, behind } = readBackground(step)
  const before = [...readUpscale(step), ...readTrim(step)]
  const size = readSize(step, {
    dpr: readDpr(step, hints, vary),
    autoWidth: step.glance('w') === 'auto' ? hintedWidth(hints, vary) : undefined,
    isInitial: isInitial && before.length === 0,
    backdrop,
  })
  if (backdrop.fill === 'blur' && !size.some(isPadding))
    throw step.invalid('bg', 'needs a step that pads the image')
  // Behind a padding in the image's own colour nothing is left to fill, and asking again would find another.
  const isFilled = backdrop.background === 'dominant' && size.some(isPadding)
  return [
    ...before,
    ...size,
    ...readEffects(step),
    ...readOpacity(step),
    ...readFlips(step),
    ...readCorners(step),
    ...readRotation(step),
    ...(isFilled ? [] : behind),
  ]
}

function isPadding(operation: OperationInput): boolean {
  return operation.op === 'pad' || (operation.op === 'resize' && operation.fit === 'contain')
}

/** `true`, or a tolerance in percent of the full range. */
function readTrim(step: Step): readonly OperationInput[] {
  const value = step.text('t')
  if (value === undefined || value === 'false') return []
  const tolerance =
    value === 'true' || value === '' ? undefined : step.numberIn('t', value, { min: 1, max: 99 })
  return [
    {
      op: 'trim',
      by: 'alpha-or-color',
      ...(tolerance === undefined ? {} : { threshold: 2.55 * tolerance }),
    },
  ]
}

function readDpr(step: Step, hints: DialectTarget['hints'], vary: Set<string>): number {
  const text = step.text('dpr')
  if (text === undefined) return 1
  return text === 'auto' ? hintedDpr(hints, vary) : step.numberIn('dpr', text, { min: 0.1, max: 5 })
}

const preset = {
  kind: 'A named transformation',
  member: 'transformation',
  example: 'w-200,h-200:rt-90',
} as const

/**
 * Checks the body of a preset, and returns its operations.
 * @throws Problem `request/…` for a body that is not one
 */
export function readPreset(name: string, body: PresetBody): readonly OperationInput[] {
  presetSteps(name, body)
  const context = { presets: new Map<string, PresetBody>() }
  return readTransformation(presetText(name, body, preset), { hints: {} }, context).operations
}

function presetSteps(name: string, body: PresetBody): readonly WrittenStep[] {
  const steps = splitSteps(presetText(name, body, preset))
  if (steps.some((step) => nameIn(step) !== undefined)) {
    throw problem('request/invalid-parameter', {
      detail: 'Invalid n in transformation: a named transformation cannot name another one.',
      members: { parameter: 'n' },
    })
  }
  return steps
}

/** Named transformations in their places: before what else their step says. */
function expanded(
  written: readonly WrittenStep[],
  presets: DialectContext['presets'],
): readonly WrittenStep[] {
  const steps = written.flatMap((step) => {
    const name = nameIn(step)
    if (name === undefined) return [step]
    const named = presetSteps(name, presetNamed(name, presets, 'Named transformation'))
    return isNameAlone(step)
      ? named
      : [...named, { ...step, parts: step.parts.filter((part) => !isName(part)) }]
  })
  if (steps.length <= maxSteps) return steps
  throw problem('request/too-many-parameters', {
    detail: `A URL may have at most ${maxSteps} steps, those of its named transformations included.`,
  })
}

function isName(part: string): boolean {
  return part.startsWith('n-')
}

function nameIn({ parts }: WrittenStep): string | undefined {
  return parts.find(isName)?.slice(2)
}

function isNameAlone(step: WrittenStep | undefined): boolean {
  return step?.parts.length === 1 && step.layers.length === 0
}
