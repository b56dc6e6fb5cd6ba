/**
 * Executes a pass and hands its pixels over: 8-bit (or 16-bit) sRGB, straight alpha.
 *
 * Three things sharp does not do by itself are done here. Steps that mix rows (blur, turn, …) see an animation frame
 * by frame, not as one tall roll. A pass that paints a colour onto a grey image is cut in two, because sharp would
 * paint its grey value. And steps on raw pixels (see raster/) are done by hand, enlarging among them: sharp's lies
 * half a pixel off.
 */
import {
  frameAfter,
  frameAfterAll,
  problem,
  type Rgba,
  type Size,
  type Step,
  type StepKind,
  stepTraits,
  type TextStep,
} from '@fovea/core/model'
import type { OutputInfo, Sharp } from 'sharp'
import {
  arrivesLate,
  frameOf,
  type Image,
  inWorkingSpace,
  is16Bit,
  isGrey,
  type PictureStep,
  pagesOf,
  pipelineOf,
  type Raster,
  sizeOf,
  sourceOf,
  spaceOf,
} from './image.ts'
import {
  addDetail,
  applyRaster,
  backdropSteps,
  boxOf,
  composite,
  layOver,
  pasted,
  stencil,
  withChannels,
} from './raster/index.ts'
import { applyPass } from './sharp/apply.ts'
import { running } from './sharp/errors.ts'
import { sharp } from './sharp/setup.ts'
import { drawText, withText } from './text/draw.ts'

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

/** Steps that are always done on raw pixels. */
const onPixels: ReadonlySet<StepKind> = new Set([
  'linear',
  'curve',
  'recomb',
  'vibrance',
  'tint',
  'mask',
  'unsharp',
  'shades',
  'halftone',
  'dither',
  'denoise',
  'levels',
  'within',
  'backdrop',
  'composite',
  'stencil',
  'wash',
  'text',
  'encircle',
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
  return onPixels.has(step.step) || (is16Bit(image) && isCoarse(step))
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
    if (step.step === 'text') return written(step, raster)
    if (step.step === 'within') return within(step, raster)
    if (step.step === 'unsharp') return unsharp(step, raster)
    if (step.step === 'composite' || step.step === 'stencil') return withPicture(step, raster)
    return step.step === 'backdrop' ? backdrop(step, raster) : byHand(step, raster)
  }
  const ready = await readyFor(steps, image)
  if (canRunWhole(steps, ready)) return handOver(steps, ready)
  return perFrame(steps, ready.kind === 'raster' ? ready : await handOver([], ready))
}

/** Does the steps to a box of each frame. Frames are parted even for colour maths: a box lies in one of them. */
async function within(step: Extract<Step, { step: 'within' }>, raster: Raster): Promise<Raster> {
  const made: Raster[] = []
  for (const frame of framesOf(raster)) {
    let part: Raster = { ...frame, ...boxOf(frame, step) }
    for (const inner of step.steps) part = await execute([inner], part)
    made.push({ ...frame, ...pasted(frame, part, step) })
  }
  return joined(made)
}

async function unsharp(step: Extract<Step, { step: 'unsharp' }>, raster: Raster): Promise<Raster> {
  const blur: Part = { steps: [{ step: 'blur', sigma: step.sigma }], isByHand: false }
  return { ...raster, ...addDetail(raster, await executePart(blur, raster), step), height: raster.height }
}

/** The image over a blurred copy of itself. The copy is made small, as a wide blur is: it has no detail to lose. */
async function backdrop(step: Extract<Step, { step: 'backdrop' }>, raster: Raster): Promise<Raster> {
  let copy = raster
  for (const behind of backdropSteps(step, raster)) copy = await execute([behind], copy)
  const copies = framesOf(copy)
  const made = framesOf(raster).map((frame, page) => ({
    ...frame,
    ...layOver(frame, copies[page] ?? frame, step),
  }))
  return joined(made)
}

/** Drawn once, laid over every frame. */
async function written(step: TextStep, raster: Raster): Promise<Raster> {
  const layer = await drawText(step, raster, spaceOf(raster))
  if (layer === undefined) return raster
  return joined(framesOf(raster).map((frame) => ({ ...frame, ...withText(frame, layer) })))
}

/** Steps that move pixels see one frame at a time; the others the whole roll. */
function byHand(step: Step, raster: Raster): Raster {
  const { pages, height } = raster
  if (pages === 1) return { ...raster, ...applyRaster(raster, step) }
  // One stretch for all frames, so that none flickers.
  if (stepTraits[step.step].kind === 'pointwise' || step.step === 'levels') {
    return { ...raster, ...applyRaster({ ...raster, height: height * pages }, step), height }
  }
  return joined(framesOf(raster).map((frame) => ({ ...frame, ...applyRaster(frame, step) })))
}

/** Steps with another picture, the same on every frame. */
async function withPicture(step: PictureStep, raster: Raster): Promise<Raster> {
  const { pictures } = raster.source
  if (pictures === undefined) throw new TypeError(`${step.step} in a run without pictures`)
  const picture = await pictures.layer(step, raster)
  const drawn = (frame: Raster): Raster => {
    if (step.step === 'stencil') return { ...frame, ...stencil(frame, picture, step) }
    const { left, top, blend: mode, opacity, every } = step
    return { ...frame, ...composite(frame, picture, { left, top, mode, opacity, every }) }
  }
  return raster.pages === 1 ? drawn(raster) : joined(framesOf(raster).map(drawn))
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

/** Runs sharp once, to raw pixels. */
async function handOver(steps: readonly Step[], image: Image): Promise<Raster> {
  const frame = frameAfterAll(frameOf(image), steps)
  // One channel stays one: sharp would make three of it, and steps by hand compare what goes in with what comes out.
  const staysGrey = image.kind === 'raster' && image.channels === 1 && !frame.hasAlpha
  const pipeline = inWorkingSpace(applyPass(pipelineOf(image), steps, sizeOf(image)), image, staysGrey)
  // sharp's raw output of a greyscale run is one channel, whether there is alpha or not: a TIFF keeps both.
  const losesAlpha = frame.hasAlpha && steps.some(({ step }) => step === 'greyscale')
  const raw = losesAlpha ? await viaTiff(pipeline, image) : pipeline
  const depth = is16Bit(image) ? 'ushort' : 'uchar'
  const { data, info } = await running(raw.raw({ depth }).toBuffer({ resolveWithObject: true }), image.kind)
  const pages = pagesOf(image)
  const size = madeSize(steps, frame, info)
  const samples =
    depth === 'ushort'
      ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2)
      : // No Buffer: its `slice` is a view, and steps that change such a "copy" would change what other outputs share.
        new Uint8Array(data.buffer, data.byteOffset, data.length)
  checkLength(samples.length, size.width * size.height * pages * info.channels, image)
  return {
    kind: 'raster',
    data: samples,
    ...size,
    channels: info.channels as Raster['channels'],
    pages,
    source: sourceOf(image),
  }
}

/** A wrong length means that a file is not what its header promised, or that our own reckoning is wrong. */
function checkLength(made: number, expected: number, { kind }: Image): void {
  if (made === expected) return
  if (kind === 'raster') throw new Error(`sharp made ${made} samples where ${expected} were expected`)
  throw problem('source/undecodable', { detail: 'The image is not as large as its header says.' })
}

/**
 * Size of one frame that a run made. sharp reports the size of the later cut even when a border follows it, so its
 * word counts only where nobody else knows: after a free rotation (always a pass of its own).
 */
export function madeSize(steps: readonly Step[], predicted: Size, info: OutputInfo): Size {
  if (steps.some(({ step }) => step === 'rotate')) return { width: info.width, height: info.height }
  return { width: predicted.width, height: predicted.height }
}

async function viaTiff(pipeline: Sharp, image: Image): Promise<Sharp> {
  const tiff = await running(pipeline.tiff({ compression: 'none' }).toBuffer(), image.kind)
  const options = { limitInputPixels: false, ...(pagesOf(image) > 1 ? { pages: -1 } : {}) } as const
  return is16Bit(image) ? sharp(tiff, options).toColourspace('rgb16') : sharp(tiff, options)
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

function framesOf(roll: Raster): readonly Raster[] {
  const length = roll.data.length / roll.pages
  return Array.from({ length: roll.pages }, (_, page) => ({
    ...roll,
    data: roll.data.subarray(page * length, (page + 1) * length),
    pages: 1,
  }))
}

/** Frames of one size below each other. */
function joined(frames: readonly Raster[]): Raster {
  const [first] = frames
  if (first === undefined) throw new TypeError('an animation without frames')
  const total = first.data.length * frames.length
  const data = first.data instanceof Uint16Array ? new Uint16Array(total) : new Uint8Array(total)
  for (const [page, frame] of frames.entries()) data.set(frame.data, page * first.data.length)
  return { ...first, data, pages: frames.length }
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
