/**
 * Predicts what a run will take, from the header alone: for admission (bytes) and for the choice of a lane (CPU).
 *
 * The constants are measured (sharp 0.35, one thread, an ordinary server core)
 * and rounded up. A prediction may be a factor of two off; it must never be an order of magnitude too low.
 */
import { type Format, traitsOf } from '../formats/index.ts'
import { wholePlacement } from '../geometry/index.ts'
import { defaultLimits, type Limits } from '../limits/index.ts'
import {
  type Facts,
  type Frame,
  factsFor,
  frameAfter,
  frameBehind,
  lowerOperation,
  modelWork,
  type Operation,
  operationNamed,
  type PictureFacts,
  type Pipeline,
  pictureFacts,
  pictureKey,
  type Sightings,
  sightingsBefore,
  wantedSightings,
} from '../operations/index.ts'
import { Problem } from '../problem/index.ts'
import type { ImageOutput, RunOutput } from '../request/output.ts'
import { type Step, stepTraits } from '../steps/index.ts'
import { framesInPart, seesFramesAlone } from './animation-parts.ts'
import {
  decoding,
  decodingProgressive,
  decodingShrunk,
  describing,
  enlarging,
  handingOver,
  laying,
  lookingAt,
  lookingThrough,
  pixelsOf,
  type Rate,
  seeing,
  stepping,
  times,
  unknownFormat,
  writing,
} from './cost-rates.ts'
import { encodingCost } from './encoding-cost.ts'
import { exifOrientationSteps } from './orientation.ts'
import { rewrite } from './rewrite.ts'
import { expandWideBlurs } from './wide-blur.ts'

/** What the header says; the engine's `HeaderFacts` fit. */
export interface CostSource {
  readonly format: Format
  readonly width: number
  readonly height: number
  readonly orientation: number
  readonly pages: number
  readonly hasAlpha: boolean
  readonly space: string
  readonly isProgressive: boolean
}

export interface CostOutput {
  readonly pipeline: Pipeline
  readonly output: RunOutput
}

/** What holds for all outputs of a run. */
export interface CostRun {
  /** The EXIF orientation is applied. */
  readonly orient: boolean
  /** Headers of the pictures beside the source, by their key. */
  readonly pictures?: Readonly<Record<string, CostSource>>
  /** What models saw in the upright source before: they are asked again only where a step loses it. */
  readonly sightings?: Partial<Sightings> | undefined
  /** The source's matte is known: models are asked for others only. */
  readonly hasMatte?: boolean
}

export interface Cost {
  /** Resident memory beyond an idle child, bytes. */
  readonly bytes: number
  readonly cpuMs: number
  /** Where it queues: `slow` jobs may not take every core. */
  readonly lane: 'fast' | 'slow'
  /** Models have to look at the picture: such jobs have children of their own. */
  readonly needsModels: boolean
}

/** Jobs beyond this many CPU milliseconds queue in the slow lane. */
const slowFromMs = 500
/** Opening, planning, small buffers. */
const fixedBytes = 24 * 1024 * 1024
const fixedMs = 5

/** Predicts a run with all its outputs. Never throws: a run that will be refused is cheap. */
export function predictCost(source: CostSource, outputs: readonly CostOutput[], run: CostRun): Cost {
  const costs = outputs.map((wanted) => outputCost(source, wanted, run))
  const cpuMs = Math.ceil(fixedMs + costs.reduce((sum, { ms }) => sum + ms, 0) - savedBySharing(costs))
  const encoded = costs.reduce((sum, { result }) => sum + result, 0)
  const bytes = Math.ceil(fixedBytes + encoded + Math.max(0, ...costs.map((cost) => cost.bytes)))
  // An SVG's header says nothing about the work its filters and references ask for.
  const isSlow = cpuMs > slowFromMs || source.format === 'svg'
  const needsModels = costs.some(({ asked }) => asked.length > 0)
  return { bytes, cpuMs, lane: isSlow ? 'slow' : 'fast', needsModels }
}

/** Outputs that share their source's decoding pay for the costliest alone, ms. */
function savedBySharing(costs: readonly OutputCost[]): number {
  const shared = costs.map(({ sharedMs }) => sharedMs)
  return shared.reduce((sum, ms) => sum + ms, 0) - Math.max(0, ...shared)
}

/** Peak bytes and CPU of one output. */
interface OutputCost {
  readonly bytes: number
  readonly ms: number
  /** What its encoded bytes may take. */
  readonly result: number
  /** Part of `ms` that is done once for all outputs that name it. */
  readonly sharedMs: number
  /** What models are asked for. */
  readonly asked: readonly Asked[]
}

type Asked = keyof typeof seeing

function outputCost(
  source: CostSource,
  { pipeline, output }: CostOutput,
  { orient, pictures = {}, sightings = {}, hasMatte = false }: CostRun,
): OutputCost {
  const moves =
    output.kind === 'image' &&
    output.animated &&
    source.pages > 1 &&
    (output.choice?.among ?? [output.format]).some((format) => traitsOf(format).animation)
  const frame = {
    ...frameOf(source, moves ? source.pages : 1),
    pictures: factsOf(pictures),
    facts: sightingsBefore(sightings, exifOrientationSteps(source.orientation)),
    // Which one it is does not matter here.
    placement: hasMatte ? wholePlacement : undefined,
  }
  const leading = orient ? exifOrientationSteps(source.orientation) : []
  const { steps, looks, asked } = lowered(pipeline, frame, { leading, output })
  const decoded = times(decodingRate(source, steps[0]), pixelsOf(frame))
  let { bytes, ms } = decoded
  const sharedMs = sharesDecoding(source, steps[0], output) ? decoded.ms : 0
  // The frames of an animation are parted in memory.
  let held = moves ? times(handingOver, pixelsOf(frame)).bytes : 0
  let before: Frame = frame
  let isPassBegun = false
  let layers = 0
  for (const step of steps) {
    const after = frameAfter(before, step)
    const isShrunk = step === steps[0] && isShrunkOnLoad(source, step)
    const pixels = isShrunk ? 4 * pixelsOf(after) : Math.max(pixelsOf(before), pixelsOf(after))
    if (isPassBegun && opensPass(step)) {
      const handed = times(handingOver, pixelsOf(before))
      held = handed.bytes
      ms += handed.ms
    }
    isPassBegun ||= !isEarly(step)
    const stepped = times(grows(before, step) ? enlarging : rateOf(step), pixels)
    ms += stepped.ms + insideMs(step, before)
    const layer = layerCost(step, before, pictures)
    layers += layer.bytes
    ms += layer.ms
    if (step.step === 'text') {
      ms += writing.ms + writing.msPerCharacter * step.text.length
      layers += writing.bytes
    }
    bytes = Math.max(bytes, held + stepped.bytes + decoded.bytes * (held === 0 ? 1 : 0))
    before = after
  }
  const looked = times(lookingAt, looks * pixelsOf(frame))
  for (const work of asked) {
    // What moves is cut out frame by frame.
    ms += seeing[work].ms * (work === 'matte' ? frame.pages : 1)
    bytes = Math.max(bytes, seeing[work].bytes)
  }
  if (output.kind !== 'image') {
    const through = times(lookingThrough, isLookedThrough(output, before) ? pixelsOf(before) : 0)
    return {
      bytes: Math.max(bytes + through.bytes + describing.bytes, looked.bytes) + layers,
      ms: ms + looked.ms + through.ms + describing.ms,
      result: 0,
      sharedMs,
      asked,
    }
  }
  const encoded = encodingCost(output, before)
  const parts = moves ? partsOf(frame, { pipeline, output }, leading) : 1
  // libvips begins anew for each part; a GIF is decoded once.
  const again = source.format === 'gif' ? 0 : (decoded.ms * (parts - 1)) / 2
  return {
    bytes: Math.max(bytes + encoded.bytes, looked.bytes) / parts + layers,
    ms: ms + again + looked.ms + encoded.ms,
    result: pixelsOf(before) * (output.format === 'png' || output.format === 'tiff' ? 3 : 0.5),
    sharedMs,
    asked,
  }
}

/** In how many parts an animation is made. */
function partsOf(
  frame: Frame,
  wanted: { readonly pipeline: Pipeline; readonly output: ImageOutput },
  leading: readonly Step[],
): number {
  try {
    const isParted = seesFramesAlone(wanted, leading.reduce(frameAfter, frame))
    return isParted ? Math.ceil(frame.pages / framesInPart(frame)) : 1
  } catch (error) {
    if (error instanceof Problem) return 1
    throw error
  }
}

function rateOf(step: Step): Rate {
  const { bytes, ms } = stepping[step.step]
  if (step.step === 'denoise') return { bytes, ms: ms * (2 * step.radius + 1) ** 2 }
  return { bytes, ms: step.step === 'upscale' ? ms / step.factor ** 2 : ms }
}

/** CPU of the steps that a `within` does to its box. */
function insideMs(step: Step, outside: Frame): number {
  if (step.step !== 'within') return 0
  let frame: Frame = { ...outside, width: step.width, height: step.height }
  return step.steps.reduce((sum, inner) => {
    const after = frameAfter(frame, inner)
    const pixels = Math.max(pixelsOf(frame), pixelsOf(after))
    frame = after
    return sum + times(rateOf(inner), pixels).ms + insideMs(inner, frame)
  }, 0)
}

function frameOf({ width, height, hasAlpha, format }: CostSource, pages: number): Frame {
  const limits: Limits = defaultLimits
  return { width, height, hasAlpha, pages, format, facts: {}, limits }
}

/** Steps as far as they can be known; facts are guessed. */
function factsOf(pictures: Readonly<Record<string, CostSource>>): Readonly<Record<string, PictureFacts>> {
  return Object.fromEntries(Object.entries(pictures).map(([key, header]) => [key, pictureFacts(header)]))
}

/** What the step's own picture takes: decoded and made ready once, then held to the end. */
function layerCost(step: Step, base: Frame, pictures: Readonly<Record<string, CostSource>>): Rate {
  if (step.step !== 'composite' && step.step !== 'stencil') return { bytes: 0, ms: 0 }
  const picture = pictures[step.picture]
  if (picture === undefined) return { bytes: 0, ms: 0 }
  const [first] = step.layer
  let frame = frameOf(picture, 1)
  let { bytes, ms } = times(decodingRate(picture, first), pixelsOf(frame))
  for (const prepared of step.layer) {
    const after = frameAfter(frame, prepared)
    const isShrunk = prepared === first && isShrunkOnLoad(picture, prepared)
    const pixels = isShrunk ? 4 * pixelsOf(after) : Math.max(pixelsOf(frame), pixelsOf(after))
    const stepped = times(grows(frame, prepared) ? enlarging : stepping[prepared.step], pixels)
    bytes = Math.max(bytes, stepped.bytes)
    ms += stepped.ms
    frame = after
  }
  const covered = step.step === 'composite' && step.every === undefined ? pixelsOf(frame) : Infinity
  ms += times(laying, Math.min(covered, base.width * base.height) * base.pages).ms
  return { bytes: bytes + times(handingOver, pixelsOf(frame)).bytes, ms }
}

function hasPictures(operation: Operation, { pictures = {} }: Frame): boolean {
  const named = operationNamed(operation.op).pictures?.(operation) ?? []
  return named.every((ref) => pictures[pictureKey(ref)] !== undefined)
}

/** Steps as far as they can be known; what depends on a fact is taken to change nothing. */
function lowered(
  pipeline: Pipeline,
  start: Frame,
  { leading, output }: { readonly leading: readonly Step[]; readonly output: RunOutput },
): { steps: readonly Step[]; looks: number; asked: readonly Asked[] } {
  const steps = [...leading]
  const asked = new Set<Asked>(output.kind === 'sightings' ? [output.of] : [])
  let looks = 0
  let frame = leading.reduce(frameAfter, start)
  try {
    for (const operation of pipeline) {
      if (!hasPictures(operation, frame)) continue
      looks += factsFor(operation).filter((fact) => !isSighting(fact)).length
      for (const sighting of wantedSightings([operation], frame.facts)) asked.add(sighting)
      for (const sighting of operationNamed(operation.op).mustSee?.(operation) ?? []) asked.add(sighting)
      const known = { ...frame, facts: { ...guesses(frame), ...frame.facts } }
      const more = expandWideBlurs(lowerOperation(operation, known), frame)
      steps.push(...more)
      for (const work of more.flatMap(workOf)) asked.add(work)
      frame = frameBehind(operation, frame, more)
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    for (const work of modelWork(pipeline)) asked.add(work)
  }
  if (output.kind !== 'image' && !isLookedThrough(output, frame)) steps.push(...shrinking(frame))
  return { steps: rewrite(steps, start, { shrinksOnLoad: true }), looks, asked: [...asked] }
}

/** What a step itself asks models for: a matte only where it is not the source's, or that is not known. */
function workOf(step: Step): readonly Asked[] {
  if (step.step === 'cutOut' && step.placement === undefined) return ['matte']
  return step.step === 'upscale' ? ['upscale'] : []
}

/** Whether the picture is looked at whole, where a single pixel counts. */
function isLookedThrough({ kind }: RunOutput, frame: Frame): boolean {
  return kind === 'facts' && frame.hasAlpha && pixelsOf(frame) <= lookingThrough.most
}

function shrinking({ width, height }: Frame): readonly Step[] {
  const scale = describing.side / Math.max(width, height)
  if (scale >= 1) return []
  const side = (length: number) => Math.max(1, Math.round(length * scale))
  return [{ step: 'resize', width: side(width), height: side(height), kernel: 'linear' }]
}

/** Models look at a small copy, however large the picture. */
function isSighting(fact: keyof Facts): boolean {
  return fact in seeing
}

/** Facts that cost the most: nothing is trimmed, and there is somebody to hide everywhere. */
function guesses({ width, height }: Frame): Facts {
  return {
    trimBox: { left: 0, top: 0, width, height },
    dominantColour: { r: 0, g: 0, b: 0, alpha: 1 },
    faces: [],
    subjects: [],
    shown: [{ kind: 'face', left: 0, top: 0, width: 1, height: 1, score: 1 }],
  }
}

function decodingRate({ format, isProgressive, space }: CostSource, first: Step | undefined): Rate {
  const shrunk = isShrunkOnLoad({ format }, first) ? decodingShrunk[format] : undefined
  const rate =
    (isProgressive ? decodingProgressive[format] : undefined) ?? shrunk ?? decoding[format] ?? unknownFormat
  const isDeep = space === 'rgb16' || space === 'grey16'
  return isDeep ? { bytes: rate.bytes * 2, ms: rate.ms * 2 } : rate
}

/** Whether outputs with this first step decode a still once: all where the decoder makes every pixel anyway. */
function sharesDecoding(
  { format, pages }: CostSource,
  first: Step | undefined,
  { kind }: RunOutput,
): boolean {
  if (format === 'svg' || pages > 1) return false
  return decodingShrunk[format] === undefined || (kind === 'image' && first?.step === 'resize')
}

/** Whether the decoder itself shrinks for this first step; what follows sees a few times the result's pixels. */
function isShrunkOnLoad({ format }: Pick<CostSource, 'format'>, first: Step | undefined): boolean {
  return first?.step === 'resize' && decodingShrunk[format] !== undefined
}

/** Steps an engine does before or while it resizes, without a pass of their own. */
function isEarly({ step }: Step): boolean {
  return step === 'extract' || step === 'flatten' || step === 'greyscale'
}

function opensPass({ step }: Step): boolean {
  return step === 'resize' || step === 'rotate' || step === 'interest' || stepTraits[step].onPixels === true
}

function grows(before: Frame, step: Step): boolean {
  return step.step === 'resize' && (step.width > before.width || step.height > before.height)
}
