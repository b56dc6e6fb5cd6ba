/** The registry: one line per operation; every union, parser, document and suite follows from it. */
import type { Step } from '../steps/step.ts'
import { autoEnhance } from './auto-enhance.ts'
import { blur } from './blur.ts'
import { blurFaces } from './blur-faces.ts'
import { border } from './border.ts'
import { brightness } from './brightness.ts'
import { colorOverlay } from './color-overlay.ts'
import { colorize } from './colorize.ts'
import { contrast } from './contrast.ts'
import { convert } from './convert.ts'
import { crop } from './crop.ts'
import type { InputOf, ModelWork, OperationDefinition, OutputOf } from './define.ts'
import { denoise } from './denoise.ts'
import { duotone } from './duotone.ts'
import { exposure } from './exposure.ts'
import { extend } from './extend.ts'
import { flatten } from './flatten.ts'
import { flip } from './flip.ts'
import { flop } from './flop.ts'
import type { Facts, Frame } from './frame.ts'
import { frameAfterAll } from './frame-after.ts'
import { gamma } from './gamma.ts'
import { gradientMap } from './gradient-map.ts'
import { grayscale } from './grayscale.ts'
import { halftone } from './halftone.ts'
import { highlights } from './highlights.ts'
import { invert } from './invert.ts'
import { mask } from './mask.ts'
import { maskImage } from './mask-image.ts'
import { median } from './median.ts'
import { modulate } from './modulate.ts'
import { monochrome } from './monochrome.ts'
import { normalize } from './normalize.ts'
import { opacity } from './opacity.ts'
import { orient } from './orient.ts'
import { overlay } from './overlay.ts'
import { pad } from './pad.ts'
import { pixelate } from './pixelate.ts'
import { removeBackground } from './remove-background.ts'
import { resize } from './resize.ts'
import { rotate } from './rotate.ts'
import { roundCorners } from './round-corners.ts'
import { sepia } from './sepia.ts'
import { shadows } from './shadows.ts'
import { sharpen } from './sharpen.ts'
import { lastingFacts, type Sightings } from './sightings.ts'
import { smartCrop } from './smart-crop.ts'
import { text } from './text.ts'
import { threshold } from './threshold.ts'
import { tint } from './tint.ts'
import { trim } from './trim.ts'
import { unsharp } from './unsharp.ts'
import { upscale } from './upscale.ts'
import { vibrance } from './vibrance.ts'

export const operations = Object.freeze([
  resize,
  crop,
  smartCrop,
  blurFaces,
  rotate,
  flip,
  flop,
  blur,
  sharpen,
  grayscale,
  modulate,
  flatten,
  extend,
  trim,
  tint,
  invert,
  normalize,
  gamma,
  brightness,
  contrast,
  exposure,
  highlights,
  shadows,
  vibrance,
  sepia,
  monochrome,
  duotone,
  threshold,
  opacity,
  median,
  unsharp,
  pixelate,
  colorize,
  gradientMap,
  halftone,
  denoise,
  autoEnhance,
  pad,
  border,
  roundCorners,
  mask,
  orient,
  convert,
  overlay,
  colorOverlay,
  maskImage,
  text,
  removeBackground,
  upscale,
] as const)

type Definition = (typeof operations)[number]

export type OperationName = Definition['op']
/** `{ op: 'blur', sigma: 3 }` after parsing: defaults filled in, colours canonical. */
export type Operation = OutputOf<Definition>
/** An operation as a caller writes it. */
export type OperationInput = InputOf<Definition>
/** Executed in this order. */
export type Pipeline = readonly Operation[]

const byName: ReadonlyMap<string, OperationDefinition> = new Map(
  operations.map((definition) => [definition.op, definition as OperationDefinition]),
)

export function operationNamed(name: OperationName): OperationDefinition
export function operationNamed(name: string): OperationDefinition | undefined
export function operationNamed(name: string): OperationDefinition | undefined {
  return byName.get(name)
}

/**
 * Steps of one operation on a frame; none when there is nothing to do.
 * @throws Problem `operation/impossible`, `operation/too-large`
 */
export function lowerOperation(operation: Operation, frame: Frame): readonly Step[] {
  return operationNamed(operation.op).lower(operation, frame)
}

/** Facts to find before the operation can be lowered. */
export function factsFor(operation: Operation): readonly (keyof Facts)[] {
  return operationNamed(operation.op).needs?.(operation) ?? []
}

/** Whether anything of the pipeline depends on where the image's focal point is. */
export function followsFocalPoint(pipeline: Pipeline): boolean {
  return pipeline.some((operation) => operationNamed(operation.op).followsFocalPoint?.(operation) === true)
}

/** What operations of the pipeline must have seen and is not known yet. */
export function wantedSightings(pipeline: Pipeline, known: Partial<Facts>): readonly (keyof Sightings)[] {
  const needed = new Set(pipeline.flatMap(factsFor))
  return (['faces', 'subjects'] as const).filter((fact) => needed.has(fact) && known[fact] === undefined)
}

/** What models are asked for: what must be seen before the pipeline can be planned, and what they do in it. */
export function modelWork(pipeline: Pipeline): readonly (keyof Sightings | ModelWork)[] {
  const done = pipeline.flatMap((operation) => {
    const { models, mustSee } = operationNamed(operation.op)
    return [...(models?.(operation) ?? []), ...(mustSee?.(operation) ?? [])]
  })
  return [...new Set([...wantedSightings(pipeline, {}), ...done])]
}

/** The frame behind an operation whose steps are known: with the facts that last, even when it changes nothing. */
export function frameBehind(operation: Operation, frame: Frame, steps: readonly Step[]): Frame {
  const said = operationNamed(operation.op).behind?.(operation)
  const after = frameAfterAll(frame, steps)
  return Object.freeze({ ...after, ...said, facts: lastingFacts(after.facts) })
}

export { hiddenKinds } from './blur-faces.ts'
export {
  defineOperation,
  type InputOf,
  type ModelWork,
  type OperationDefinition,
  type OutputOf,
} from './define.ts'
export type { Facts, Frame } from './frame.ts'
export { frameAfter, frameAfterAll } from './frame-after.ts'
export { overlay } from './overlay.ts'
export { type PictureFacts, type PictureRef, pictureFacts, pictureKey } from './picture.ts'
export type { FaceLandmarks, Point, Seen, SeenFace, SeenSubject } from './seen.ts'
export { mostSeen, sightingsIn } from './seen.ts'
export { type Sightings, sightingsBefore } from './sightings.ts'
export { upscalingMs } from './upscale.ts'
