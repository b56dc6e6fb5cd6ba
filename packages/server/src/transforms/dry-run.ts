/**
 * What a request would do, from headers alone: its passes, the sizes that come out, and what it would take. Refuses what
 * the run would refuse, as far as that can be known without pixels.
 */
import {
  exifOrientationSteps,
  type Frame,
  type Limits,
  type MadeFormat,
  type Pipeline,
  pictureFacts,
  planPasses,
  predictCost,
  textFormatOf,
} from '@fovea/core'
import type { JsonOutput, JsonPipelineRequest } from '@fovea/core/dialects/json'
import { sharpProfile } from '@fovea/engine/profile'
import type { ProducedFrom } from '../delivery/index.ts'

export interface ForeseenOutput {
  readonly name: string | undefined
  /** Of several formats the one that is tried first. */
  readonly format: MadeFormat
  /** Absent where the pixels decide: behind a trim, or a turn by a free angle. */
  readonly size: { readonly width: number; readonly height: number } | undefined
  /** Engine passes, each the names of its steps; as far as they can be known. */
  readonly passes: readonly (readonly string[])[]
  /** Operations that are planned when their pixels are there. */
  readonly open: readonly string[]
}

export interface DryRun {
  readonly outputs: readonly ForeseenOutput[]
  readonly cost: {
    readonly cpuMs: number
    readonly memoryBytes: number
    readonly lane: 'fast' | 'slow'
    /** How many transforms it would count as, at most: one made before this month is free. */
    readonly transforms: number
  }
}

interface Known {
  readonly source: ProducedFrom
  readonly pictures: ReadonlyMap<string, ProducedFrom>
  readonly limits: Limits
  /** Distinct transforms among the outputs. */
  readonly transforms: number
}

/** @throws Problem `operation/impossible`, `operation/too-large` with members `index`, `output` */
export function foresee(request: JsonPipelineRequest, known: Known): DryRun {
  const { source, pictures, transforms } = known
  const headers = Object.fromEntries([...pictures].map(([key, { facts }]) => [key, facts]))
  const { cpuMs, bytes, lane } = predictCost(source.facts, request.outputs, {
    orient: request.orient,
    pictures: headers,
  })
  return {
    outputs: request.outputs.map((output) => foreseeOutput(output, request, known)),
    cost: { cpuMs, memoryBytes: bytes, lane, transforms },
  }
}

function foreseeOutput(
  { name, pipeline, output }: JsonOutput,
  { orient }: JsonPipelineRequest,
  { source, pictures, limits }: Known,
): ForeseenOutput {
  const { facts } = source
  const frame: Frame = {
    width: facts.width,
    height: facts.height,
    hasAlpha: facts.hasAlpha,
    pages: output.kind === 'image' && output.animated ? facts.pages : 1,
    format: facts.format,
    facts: {},
    pictures: Object.fromEntries([...pictures].map(([key, picture]) => [key, pictureFacts(picture.facts)])),
    limits,
  }
  const plan = planPasses({
    leading: orient ? exifOrientationSteps(facts.orientation) : [],
    pipeline,
    trailing: () => [],
    frame,
    profile: sharpProfile,
    options: { shrinksOnLoad: facts.format === 'jpeg' || facts.format === 'webp' },
  })
  const isKnown = plan.remaining.length === 0 && !endsInTurn(pipeline)
  const format = output.kind === 'image' ? output.format : (textFormatOf(output) ?? 'json')
  return {
    name,
    format,
    size: isKnown ? { width: plan.frame.width, height: plan.frame.height } : undefined,
    passes: plan.passes.map((pass) => pass.map(({ step }) => step)),
    open: plan.remaining.map(({ op }) => op),
  }
}

/** The engine alone decides about the last pixel of a freely turned canvas. */
function endsInTurn(pipeline: Pipeline): boolean {
  const last = pipeline.at(-1)
  return last?.op === 'rotate' && last.angle % 90 !== 0 && last.corners === 'grow'
}
