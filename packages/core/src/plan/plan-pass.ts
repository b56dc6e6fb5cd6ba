/**
 * Plans as far as the facts reach: trim (later: faces, subjects) depends on pixels, so a plan ends where the next
 * operation needs a fact that is not known yet. The engine executes it, looks, and asks again.
 */
import {
  type Facts,
  type Frame,
  factsFor,
  frameAfterAll,
  frameBehind,
  lowerOperation,
  type Operation,
  type Pipeline,
} from '../operations/index.ts'
import { Problem, problem } from '../problem/index.ts'
import type { Step } from '../steps/index.ts'
import type { EngineProfile, Pass } from './engine-profile.ts'
import { pack } from './pack.ts'
import { type RewriteOptions, rewrite } from './rewrite.ts'
import { expandWideBlurs } from './wide-blur.ts'

export interface PlanRequest {
  /** Steps that come before the pipeline: EXIF orientation. */
  readonly leading: readonly Step[]
  readonly pipeline: Pipeline
  /** Operations of the request before these, planned earlier; 0 when absent. */
  readonly done?: number
  /** Steps the output needs behind the pipeline, when the plan reaches its end. */
  readonly trailing: (frame: Frame) => readonly Step[]
  /** The image as it is now, with the facts found for the first operation. */
  readonly frame: Frame
  readonly profile: EngineProfile
  readonly options: RewriteOptions
}

export interface Plan {
  readonly passes: readonly Pass[]
  /** Operations still to plan; empty when `passes` end in the result. */
  readonly remaining: Pipeline
  /** The image behind `passes`. */
  readonly frame: Frame
}

/**
 * Lowers, rewrites and packs the operations that can be planned now.
 * @throws Problem `operation/impossible`, `operation/too-large`, with members `index` and `operation`
 */
export function planPasses(request: PlanRequest): Plan {
  const { leading, pipeline, done = 0, trailing, profile, options } = request
  const steps = [...leading]
  let frame = leading.length === 0 ? request.frame : frameAfterAll(request.frame, leading)
  let planned = 0
  for (const operation of pipeline) {
    if (factsMissing(operation, frame).length > 0) break
    const lowered = expandWideBlurs(lowerAt(done + planned, operation, frame), frame)
    steps.push(...lowered)
    frame = frameBehind(operation, frame, lowered)
    planned++
    if (!lowered.every(isSizeExact)) break
  }
  const remaining = pipeline.slice(planned)
  if (remaining.length === 0) {
    const last = trailing(frame)
    steps.push(...last)
    frame = frameAfterAll(frame, last)
  }
  const passes = pack(rewrite(steps, request.frame, options), request.frame, profile)
  return { passes, remaining, frame }
}

/** Who asked for several operations is told which one it was. */
function lowerAt(index: number, operation: Operation, frame: Frame): readonly Step[] {
  try {
    return lowerOperation(operation, frame)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const { code, detail, members } = error
    throw problem(code, { detail, members: { index, operation: operation.op, ...members }, cause: error })
  }
}

/** Facts the operation needs and the frame lacks. */
export function factsMissing(operation: Operation, frame: Frame): readonly (keyof Facts)[] {
  return factsFor(operation).filter((fact) => frame.facts[fact] === undefined)
}

/** The engine alone decides about the last pixel of a freely rotated canvas. */
function isSizeExact(step: Step): boolean {
  return step.step !== 'rotate'
}
