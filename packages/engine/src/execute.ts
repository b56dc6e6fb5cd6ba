/**
 * Executes a pass and hands its pixels over: 8-bit (or 16-bit) sRGB, straight alpha.
 *
 * Three things sharp does not do by itself are done here. Steps that mix rows (blur, turn, …) see an animation frame
 * by frame, not as one tall roll. A pass that paints a colour onto a grey image is cut in two, because sharp would
 * paint its grey value. And steps on raw pixels (see raster/) are done by hand, enlarging among them: sharp's lies
 * half a pixel off.
 */
import { frameAfter, type Rgba, type Size, type Step, type StepKind, stepTraits } from '@fovea/core/model'
import { handOver } from './hand-over.ts'
import {
  arrivesLate,
  frameOf,
  type Image,
  is16Bit,
  isGrey,
  pagesOf,
  pipelineOf,
  type Raster,
  sizeOf,
} from './image.ts'
import { onDemand } from './on-demand.ts'
import { withChannels } from './raster/pixels.ts'
import { framesOf, joined } from './roll.ts'
import { applyPass } from './sharp/apply.ts'
import { running } from './sharp/errors.ts'

const handwork = onDemand(() => import('./by-hand.ts'))

/** Steps that sharp does right on a roll: rows of one frame never reach into another. */
const rollSafe: ReadonlySet<StepKind> = new Set([
  'extract',
  'flatten',
  'greyscale',
  'flop',
  'extend',
  'modulate',
  // One stretch for all frames, so that none flickers.
  'normalise',
])

/** Steps that move or mix pixels and mean the same in whatever space the values are. */
const inAnySpace: ReadonlySet<StepKind> = new Set([
  'extract',
  'resize',
  'interest',
  'flip',
  'flop',
  'turn',
  'blur',
])

/**
 * Beyond this many pixels in all frames together an animation is resized as a roll, which needs no copy of all
 * frames in memory and mixes a row or two where frames meet.
 */
const maxSeparatePixels = 40_000_000

/** A run of steps for one sharp instance, or one step by hand. */
interface Part {
  readonly steps: readonly Step[]
  readonly isByHand: boolean
}

/** Executes a pass to pixels; an empty one only decodes. */
export async function execute(pass: readonly Step[], image: Image): Promise<Raster> {
  const { image: before, rest } = await executeUpToLast(pass, image)
  return rest.length === 0 && before.kind === 'raster' ? before : handOver(rest, before)
}

/**
 * Executes all of a pass but the part that can run in one sharp instance together with an encoder.
 * Returns the image before that part, and the part (empty when everything is done).
 */
export async function executeUpToLast(
  pass: readonly Step[],
  image: Image,
): Promise<{ image: Image; rest: readonly Step[] }> {
  const parts = partsOf(pass, image)
  const last = parts.at(-1) ?? { steps: [], isByHand: false }
  let current = image
  for (const part of parts.slice(0, -1)) {
    // The first is empty when a step by hand comes first: pixels need no copy, and grey ones would become three.
    if (part.steps.length > 0) current = await executePart(part, current)
  }
  if (last.isByHand || !canRunWhole(last.steps, current)) {
    return { image: await executePart(last, current), rest: [] }
  }
  return { image: await readyFor(last.steps, current), rest: last.steps }
}

/**
 * The pass in pieces: cut where a colour meets grey, where frames must part, where colours must be in the working
 * space first, and around what is done by hand.
 */
function partsOf(pass: readonly Step[], image: Image): readonly Part[] {
  const parts: { steps: Step[]; isByHand: boolean }[] = [{ steps: [], isByHand: false }]
  let grey = isGrey(image)
  let frame = frameOf(image)
  for (const step of pass) {
    const part = parts.at(-1) ?? { steps: [], isByHand: false }
    const isByHand = isDoneByHand(step, frame, image) && !isDrawnLarger(step, parts, image)
    const coloursGrey = grey && paintsColour(step)
    const partsFrames = part.steps.length > 0 && canRunWhole(part.steps, image) && !canRunWhole([step], image)
    const needsSpace = parts.length === 1 && arrivesLate(image) && !inAnySpace.has(step.step)
    if (isByHand || part.isByHand || coloursGrey || partsFrames || needsSpace)
      parts.push({ steps: [step], isByHand })
    else part.steps.push(step)
    grey = (grey && !coloursGrey) || step.step === 'greyscale'
    frame = frameAfter(frame, step)
  }
  return parts
}

function isDoneByHand(step: Step, { width, height }: Size, image: Image): boolean {
  if (step.step === 'resize') {
    return step.kernel === 'nearest' || step.width > width || step.height > height
  }
  return stepTraits[step.step].onPixels === true || (is16Bit(image) && isCoarse(step))
}

/** Whether sharp loses some of 16 bit: its grey has 8, and its colours miss white by 1 in 257. */
function isCoarse(step: Step): boolean {
  return (
    step.step === 'greyscale' ||
    step.step === 'flatten' ||
    (step.step === 'extend' && step.edges === undefined)
  )
}

/** Whether the decoder draws the image at the larger size: an SVG, as long as nothing was cut from it. */
function isDrawnLarger(step: Step, parts: readonly Part[], image: Image): boolean {
  if (step.step !== 'resize' || image.kind !== 'source' || image.codec.format !== 'svg') return false
  const before = parts.flatMap((part) => part.steps)
  return parts.length === 1 && before.every(({ step }) => step === 'flatten' || step === 'greyscale')
}

async function executePart({ steps, isByHand }: Part, image: Image): Promise<Raster> {
  const [step] = steps
  if (isByHand && step !== undefined) {
    const raster = image.kind === 'raster' ? image : await handOver([], image)
    const { byHand } = await handwork()
    return byHand(step, raster, execute)
  }
  const ready = await readyFor(steps, image)
  if (canRunWhole(steps, ready)) return handOver(steps, ready)
  return perFrame(steps, ready.kind === 'raster' ? ready : await handOver([], ready))
}

/** Whether the steps may see all frames at once. */
function canRunWhole(steps: readonly Step[], image: Image): boolean {
  const { width, height } = sizeOf(image)
  const pages = pagesOf(image)
  const isLong = width * height * pages > maxSeparatePixels
  return pages === 1 || steps.every(({ step }) => rollSafe.has(step) || (step === 'resize' && isLong))
}

/** The image with three channels when the steps paint a colour onto grey. */
async function readyFor(steps: readonly Step[], image: Image): Promise<Image> {
  if (!steps.some(paintsColour) || !isGrey(image)) return image
  return inColour(image.kind === 'raster' ? image : await handOver([], image))
}

function paintsColour(step: Step): boolean {
  return 'background' in step && !isNeutral(step.background)
}

function isNeutral({ r, g, b }: Rgba): boolean {
  return r === g && g === b
}

function inColour(raster: Raster): Raster {
  return { ...raster, ...withChannels(raster, 3) }
}

/** Runs steps that mix rows on each frame. What a saliency cut finds on the first frame holds for all. */
async function perFrame(steps: readonly Step[], roll: Raster): Promise<Raster> {
  const made: Raster[] = []
  let settled = steps
  for (const [page, frame] of framesOf(roll).entries()) {
    if (page === 0) settled = await settleInterest(steps, frame)
    made.push(await handOver(settled, frame))
  }
  return joined(made)
}

/** The steps with a saliency cut (always alone in its pass) made a plain one. */
async function settleInterest(steps: readonly Step[], frame: Raster): Promise<readonly Step[]> {
  const [step] = steps
  if (step?.step !== 'interest') return steps
  const pipeline = applyPass(pipelineOf(frame), [step], frame).raw()
  const { info } = await running(pipeline.toBuffer({ resolveWithObject: true }), 'raster')
  const { width, height } = step
  return [
    { step: 'extract', left: -(info.cropOffsetLeft ?? 0), top: -(info.cropOffsetTop ?? 0), width, height },
  ]
}
