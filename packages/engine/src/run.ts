/**
 * A whole run, top to bottom: open → plan → execute → … → encode, for one or several outputs.
 *
 * Planning goes pass by pass as far as the facts reach, because trim (later: faces, subjects) depends on pixels.
 * Outputs that begin with the same passes share them, where a single output would have handed its pixels over too: it
 * then has the same bytes alone and in company. Outputs that begin by shrinking one photo share its decoding
 * (`shared-decoding.ts`), and all but the largest of them have other bytes in company.
 */
import {
  exifOrientationSteps,
  type Facts,
  type FocalPoint,
  type Format,
  type ImageOutput,
  modelWork,
  operationNamed,
  type Pipeline,
  type Placement,
  Problem,
  planPasses,
  problem,
  type RunOutput,
  type Size,
  type Step,
  sightingsBefore,
  storedPoint,
  traitsOf,
  wantedSightings,
} from '@fovea/core/model'
import { findFacts } from './analysis/facts.ts'
import { codecOf } from './codecs/index.ts'
import { stepsForOutput } from './encode.ts'
import { execute, executeUpToLast } from './execute.ts'
import { frameOf, has16Bit, type Image, type SourceImage, spaceOf } from './image.ts'
import type { OperationPlace } from './models/subject-matte.ts'
import { onDemand } from './on-demand.ts'
import { animate, decodeForeign, open } from './open.ts'
import { formatsOf, make } from './output/index.ts'
import { openPictures } from './pictures.ts'
import type { MadeOutput, RunRequest, RunResult } from './pool/protocol.ts'
import { type ProgressListener, withProgress } from './progress.ts'
import { findSharedShrink, isDecodedOnce, type SharedShrink } from './shared-decoding.ts'
import { sharpProfile } from './sharp/profile.ts'
import { stepInP3 } from './sharp/steps-in-p3.ts'

export { loadAll } from './on-demand.ts'
export { probe } from './open.ts'

/** Loads the models that are to be there before somebody asks. */
export async function warmUp(): Promise<void> {
  const { warmUp } = await models()
  await warmUp()
}

const analysis = onDemand(() => import('./analysis/describe.ts'))
const demands = onDemand(() => import('./models/demand.ts'))
const models = onDemand(() => import('./models/runtime.ts'))
const sightings = onDemand(() => import('./sightings.ts'))
const mattes = onDemand(() => import('./source-matte.ts'))
const longAnimations = onDemand(() => import('./animation/in-parts.ts'))

/** One output on its way. */
interface Job {
  readonly index: number
  readonly output: RunOutput
  readonly hint: number | undefined
  /** Steps before the pipeline: the source's orientation. */
  readonly leading: readonly Step[]
  /** Passes planned and not yet executed. */
  readonly passes: readonly (readonly Step[])[]
  /** Operations not yet planned, and how many are. */
  readonly rest: Pipeline
  readonly done: number
  /** Working format behind the operations planned so far. */
  readonly format: Format
  /** Of the image behind the operations planned so far. */
  readonly focalPoint: FocalPoint | undefined
  /** Where the image behind them lies in the source, when one of them asks. */
  readonly placement: Placement | undefined
  /** What was found earlier and still holds. */
  readonly facts: Partial<Facts>
  /** Whether the steps that the output needs behind the pipeline stand in `passes`. */
  readonly isPlanned: boolean
  readonly passCount: number
  /** Of the picture behind the pipeline, before what the output needs; known when planned. */
  readonly size: Size
}

export interface RunControl {
  readonly signal?: AbortSignal
  /** Told by work that takes many seconds. */
  readonly onProgress?: ProgressListener
}

interface Context {
  readonly clock: Clock
  readonly signal: AbortSignal | undefined
}

/** Outputs by their place in the request. */
type Made = readonly (readonly [number, MadeOutput])[]

interface Clock {
  operate: number
  encode: number
}

/**
 * Makes every wanted output of one source.
 * @throws Problem for anything the request or the source is to blame for; nothing else is expected
 */
export async function run(request: RunRequest, { signal, onProgress }: RunControl = {}): Promise<RunResult> {
  const work = () => makeOutputs(request, signal)
  return onProgress === undefined ? work() : withProgress(request, onProgress, work)
}

async function makeOutputs(request: RunRequest, signal: AbortSignal | undefined): Promise<RunResult> {
  const started = performance.now()
  for (const { output } of request.outputs) checkWritable(output)
  const cutting = request.outputs.some(({ pipeline }) => wantsMatte(pipeline)) ? await mattes() : undefined
  const matte = cutting?.sourceMatte(request.matte, matteNeed(request))
  const opened = await open(request.source, request.limits, request.decode.page)
  const pictures = await openPictures(request.pictures ?? {}, request.limits)
  const openedAt = performance.now()
  const clock: Clock = { operate: 0, encode: 0 }
  const isMoving = opened.facts.pages > 1 && request.outputs.some(({ output }) => moves(output))
  if (isMoving) animate(opened)
  const decoded = await timed(clock, 'operate', decodeForeign(opened, isMoving ? 'all' : 'first'))
  const leading = request.decode.orient ? exifOrientationSteps(decoded.facts.orientation) : []
  const upright = { ...decoded, isUprighted: request.decode.orient, pictures }
  const source = { ...upright, matte: matte && (() => matte.of(upright, leading)) }
  const placement = cutting?.placementBefore(leading)
  const made = new Map<number, MadeOutput>()
  for (const [image, jobs] of jobsByDecoding(request, source, { leading, placement })) {
    for (const [index, output] of await produceAll(image, jobs, { clock, signal })) made.set(index, output)
  }
  const outputs = [...made].sort(([a], [b]) => a - b).map(([, output]) => output)
  const found = matte?.found
  return {
    outputs,
    timings: { open: openedAt - started, ...clock },
    ...(found === undefined ? {} : { matte: found }),
  }
}

/** A long animation goes part by part where it can. */
async function produceAll(image: SourceImage, jobs: readonly Job[], context: Context): Promise<Made> {
  if (!image.isAnimated) return produce(image, jobs, context)
  const { goesInParts, produceInParts } = await longAnimations()
  const inParts = goesInParts(image, jobs)
    ? await produceInParts(image, jobs, (part) => produce(part, jobs, context))
    : undefined
  return inParts ?? produce(image, jobs, context)
}

/** Jobs by what must be decoded for them: one frame or all, 8 or 16 bit, colours beyond sRGB or not. */
function jobsByDecoding(
  { outputs, decode, sightings }: RunRequest,
  source: SourceImage,
  start: Pick<Job, 'leading' | 'placement'>,
): readonly (readonly [SourceImage, readonly Job[]])[] {
  const { orientation } = source.facts
  const focalPoint = decode.focalPoint && storedPoint(decode.focalPoint, orientation)
  const facts = sightingsBefore(sightings ?? {}, exifOrientationSteps(orientation))
  const groups = new Map<string, readonly [SourceImage, Job[]]>()
  for (const [index, { pipeline, output, hint }] of outputs.entries()) {
    const isAnimated = source.facts.pages > 1 && moves(output)
    const keeps16Bit = has16Bit(source.facts) && holds16Bit(output)
    const space = source.isWide && !isAnimated && wantsP3(output) ? 'p3' : 'srgb'
    const key = JSON.stringify([isAnimated, keeps16Bit, space])
    const image = { ...(isAnimated ? animate(source) : source), keeps16Bit, space } as const
    const group = groups.get(key) ?? ([image, []] as const)
    groups.set(key, group)
    group[1].push({
      index,
      output,
      hint,
      ...start,
      passes: [],
      rest: pipeline,
      done: 0,
      format: source.facts.format,
      focalPoint,
      facts,
      isPlanned: false,
      passCount: 0,
      size: source.facts,
    })
  }
  return [...groups.values()]
}

function wantsMatte(pipeline: Pipeline): boolean {
  return modelWork(pipeline).includes('matte')
}

/** The first operation that cannot do without a matte. */
function matteNeed({ outputs }: RunRequest): OperationPlace | undefined {
  for (const [output, { pipeline }] of outputs.entries()) {
    const index = pipeline.findIndex(
      (operation) => operationNamed(operation.op).mustCut?.(operation) === true,
    )
    if (index >= 0) return { index, ...(output === 0 ? {} : { output }) }
  }
  return undefined
}

function moves(output: RunOutput): boolean {
  if (output.kind !== 'image' || !output.animated) return false
  return formatsOf(output).some((format) => traitsOf(format).animation)
}

function wantsP3(output: RunOutput): boolean {
  return output.kind === 'image' && output.colorSpace === 'p3'
}

function holds16Bit(output: RunOutput): boolean {
  if (output.kind !== 'image' || output.palette === true) return false
  return formatsOf(output).every((format) => codecOf(format).holds16Bit)
}

/**
 * Brings every job from `image` to its end; jobs with the same next pass share it.
 * A loop, not a recursion, where nothing branches: pixels of a finished pass must not stay in memory.
 */
async function produce(image: Image, waiting: readonly Job[], context: Context): Promise<Made> {
  let current = image
  let jobs = waiting
  for (;;) {
    if (context.signal?.aborted) throw problem('request/client-closed', { cause: context.signal.reason })
    jobs = await planAll(jobs, current)
    const groups = [...Map.groupBy(jobs, (job) => JSON.stringify(job.passes[0] ?? [])).values()]
    if (groups.length > 1 && !isDecodedOnce(current, jobs)) {
      const shared = findSharedShrink(current, jobs)
      return shared === undefined ? branch(current, groups, context) : shrinkOnce(current, shared, context)
    }
    const pass = groups.length > 1 ? [] : (jobs[0]?.passes[0] ?? [])
    const isOnlyEncoding = current.kind === 'raster' && pass.length === 0
    if (jobs.every(isLastPass) && (jobs.length === 1 || isOnlyEncoding))
      return finishAll(jobs, current, context)
    current = await timed(context.clock, 'operate', execute(pass, current))
    if (groups.length === 1) jobs = jobs.map(withoutFirstPass)
  }
}

/** Jobs whose next passes differ go their own ways, one after the other. */
async function branch(image: Image, groups: readonly (readonly Job[])[], context: Context): Promise<Made> {
  const made: (readonly [number, MadeOutput])[] = []
  for (const group of groups) made.push(...(await produce(image, group, context)))
  return made
}

/** The largest first; the rest from its pixels. */
async function shrinkOnce(
  image: Image,
  { step, sharing, others }: SharedShrink<Job>,
  context: Context,
): Promise<Made> {
  const shrunk = await timed(context.clock, 'operate', execute([step], image))
  const made = await produce(
    shrunk,
    sharing.map((job) => behind(step, job)),
    context,
  )
  return others.length === 0 ? made : [...made, ...(await produce(image, others, context))]
}

/** The job without the step that its first pass began with, if that was the very same. */
function behind({ width, height }: Size, job: Job): Job {
  const [[first, ...steps] = [], ...passes] = job.passes
  if (first?.step !== 'resize' || first.width !== width || first.height !== height) return job
  return steps.length === 0 ? withoutFirstPass(job) : { ...job, passes: [steps, ...passes] }
}

async function planAll(jobs: readonly Job[], image: Image): Promise<readonly Job[]> {
  return Promise.all(
    jobs.map((job) =>
      job.passes.length > 0 ? job : plan(job, image).catch((error: unknown) => refuse(error, job)),
    ),
  )
}

/** Who asked for several outputs is told which one it was; the first goes without saying. */
function refuse(error: unknown, { index }: Job): never {
  if (!(error instanceof Problem) || index === 0) throw error
  const { code, detail, members } = error
  throw problem(code, { detail, members: { ...members, output: index }, cause: error })
}

function withoutFirstPass(job: Job): Job {
  return { ...job, passes: job.passes.slice(1), passCount: job.passCount + 1 }
}

/** Plans as far as the facts reach, finding those that the next operation needs. */
async function plan(job: Job, image: Image): Promise<Job> {
  if (job.isPlanned) return job
  const facts = {
    ...job.facts,
    ...(await look(job, image)),
    ...(job.leading.length === 0 && image.kind === 'raster' ? await findFacts(job.rest[0], image) : {}),
  }
  const { output } = job
  const stepsFor = output.kind === 'image' ? undefined : (await analysis()).stepsForAnalysis
  let { size } = job
  const planned = planPasses({
    leading: job.leading,
    pipeline: job.rest,
    done: job.done,
    trailing: (frame) => {
      size = { width: frame.width, height: frame.height }
      if (output.kind !== 'image') return stepsFor?.(output, frame) ?? []
      // Where the format is still open, so is what it needs.
      return output.choice === undefined ? stepsForOutput(output, frame) : []
    },
    frame: {
      ...frameOf(image),
      format: job.format,
      focalPoint: job.focalPoint,
      placement: job.placement,
      facts,
    },
    profile: sharpProfile,
    options: { shrinksOnLoad: image.kind === 'source' && image.codec.shrinksOnLoad },
  })
  const isPlanned = planned.remaining.length === 0
  const passes = spaceOf(image) === 'p3' ? planned.passes.map((pass) => pass.map(stepInP3)) : planned.passes
  return {
    ...job,
    leading: [],
    passes,
    rest: planned.remaining,
    done: job.done + job.rest.length - planned.remaining.length,
    format: planned.frame.format,
    focalPoint: planned.frame.focalPoint,
    placement: planned.frame.placement,
    facts: planned.frame.facts,
    isPlanned,
    size,
  }
}

/**
 * Faces and subjects that the operations to come want to know of.
 * @throws Problem `operation/unavailable` when one of them must see and cannot
 */
async function look({ rest, done, facts, leading }: Job, image: Image): Promise<Partial<Facts>> {
  if (rest.some(({ op }) => operationNamed(op).mustSee !== undefined))
    (await demands()).demandModels(rest, done)
  const wanted = wantedSightings(rest, facts)
  return wanted.length === 0 ? {} : (await sightings()).sight(image, leading, wanted)
}

function isLastPass(job: Job): boolean {
  return job.isPlanned && job.passes.length <= 1
}

async function finishAll(jobs: readonly Job[], image: Image, { clock }: Context): Promise<Made> {
  const made: (readonly [number, MadeOutput])[] = []
  for (const { index, passes, passCount, output, hint, size } of jobs) {
    const last = await timed(clock, 'operate', executeUpToLast(passes[0] ?? [], image))
    if (output.kind === 'image') {
      const encoded = await timed(clock, 'encode', make(last.image, last.rest, output, hint))
      made.push([index, { ...encoded, passes: passCount + 1 }])
    } else {
      const { describe } = await analysis()
      const pixels = await timed(clock, 'operate', execute(last.rest, last.image))
      const described = await timed(clock, 'encode', describe(pixels, output, size))
      made.push([index, { ...described, ...size, pages: 1, passes: passCount + 1 }])
    }
  }
  return made
}

async function timed<T>(clock: Clock, stage: keyof Clock, work: Promise<T>): Promise<T> {
  const started = performance.now()
  const result = await work
  clock[stage] += performance.now() - started
  return result
}

function checkWritable(output: RunOutput): void {
  if (output.kind !== 'image') return
  for (const format of formatsOf(output)) checkFormat(format, output)
}

function checkFormat(format: Format, { metadata, colorSpace, choice }: ImageOutput): void {
  if (!traitsOf(format).encode) {
    throw problem('format/unavailable', {
      detail: `This server does not write ${format}.`,
      members: { format },
    })
  }
  // Stills of a choice never become GIF, and motion is sRGB everywhere.
  if (colorSpace === 'p3' && choice === undefined && codecOf(format).holdsProfile !== true) {
    throw problem('format/unavailable', {
      detail: `${format} is written here without a colour profile, so only in sRGB.`,
      members: { format, colorSpace },
    })
  }
  // Better refused than silently left out: who asks for metadata means to have it.
  if (metadata === 'all' && codecOf(format).encodePixels !== undefined) {
    throw problem('format/unavailable', {
      detail: `This server writes ${format} with artist and copyright at most; metadata "${metadata}" was asked for.`,
      members: { format, metadata },
    })
  }
}
