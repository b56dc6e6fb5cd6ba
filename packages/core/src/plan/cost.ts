/**
 * Predicts what a run will take, from the header alone: for admission (bytes) and for the choice of a lane (CPU).
 *
 * The constants are measured (sharp 0.35, one thread, an ordinary server core)
 * and rounded up. A prediction may be a factor of two off; it must never be an order of magnitude too low.
 */
import { type Format, traitsOf } from '../formats/index.ts'
import { defaultLimits, type Limits } from '../limits/index.ts'
import {
  type Facts,
  type Frame,
  factsFor,
  frameAfter,
  frameBehind,
  lowerOperation,
  type Operation,
  operationNamed,
  type PictureFacts,
  type Pipeline,
  pictureFacts,
  pictureKey,
} from '../operations/index.ts'
import { Problem } from '../problem/index.ts'
import type { ImageOutput, MadeKind } from '../request/output.ts'
import type { Step } from '../steps/index.ts'
import { framesInPart, seesFramesAlone } from './animation-parts.ts'
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
  readonly output: MadeKind
}

/** What holds for all outputs of a run. */
export interface CostRun {
  /** The EXIF orientation is applied. */
  readonly orient: boolean
  /** Headers of the pictures beside the source, by their key. */
  readonly pictures?: Readonly<Record<string, CostSource>>
}

export interface Cost {
  /** Resident memory beyond an idle child, bytes. */
  readonly bytes: number
  readonly cpuMs: number
  /** Where it queues: `slow` jobs may not take every core. */
  readonly lane: 'fast' | 'slow'
}

/** What a stage takes for each pixel. */
interface Rate {
  readonly bytes: number
  /** CPU milliseconds per megapixel. */
  readonly ms: number
}

/** Jobs beyond this many CPU milliseconds queue in the slow lane. */
const slowFromMs = 500
/** Opening, planning, small buffers. */
const fixedBytes = 24 * 1024 * 1024
const fixedMs = 5

/** Decoding, per stored pixel. */
const decoding: Readonly<Partial<Record<Format, Rate>>> = {
  jpeg: { bytes: 0.5, ms: 10 },
  png: { bytes: 3, ms: 18 },
  webp: { bytes: 7, ms: 16 },
  avif: { bytes: 20, ms: 50 },
  gif: { bytes: 5, ms: 20 },
  tiff: { bytes: 3, ms: 12 },
  svg: { bytes: 8, ms: 20 },
  // Decoders of our own hold the file's pixels twice; those in WebAssembly have a heap that stays.
  bmp: { bytes: 10, ms: 30 },
  ico: { bytes: 12, ms: 70 },
  tga: { bytes: 13, ms: 60 },
  pnm: { bytes: 10, ms: 30 },
  qoi: { bytes: 10, ms: 30 },
  hdr: { bytes: 10, ms: 80 },
  exr: { bytes: 12, ms: 150 },
  heif: { bytes: 16, ms: 130 },
  jxl: { bytes: 35, ms: 200 },
  jp2: { bytes: 30, ms: 300 },
  pdf: { bytes: 14, ms: 200 },
}
const decodingShrunk: Readonly<Partial<Record<Format, Rate>>> = {
  jpeg: { bytes: 0.05, ms: 5 },
  webp: { bytes: 1, ms: 9 },
}
/** A progressive JPEG keeps all coefficients, an interlaced PNG all pixels. */
const decodingProgressive: Readonly<Partial<Record<Format, Rate>>> = {
  jpeg: { bytes: 6, ms: 20 },
  png: { bytes: 5, ms: 30 },
}
const unknownFormat: Rate = { bytes: 20, ms: 100 }

/** Encoding, per pixel of a frame. */
const encoding: Readonly<Partial<Record<Format, Rate>>> = {
  jpeg: { bytes: 6.5, ms: 12 },
  png: { bytes: 3, ms: 65 },
  webp: { bytes: 6, ms: 50 },
  avif: { bytes: 30, ms: 100 },
  gif: { bytes: 13, ms: 500 },
  tiff: { bytes: 4, ms: 60 },
  jxl: { bytes: 130, ms: 340 },
  heif: { bytes: 30, ms: 100 },
  // Tile by tile; the module's heap stays.
  jp2: { bytes: 8, ms: 350 },
}
const encodingLossless: Readonly<Partial<Record<Format, Rate>>> = {
  jxl: { bytes: 130, ms: 340 },
  webp: { bytes: 25, ms: 350 },
  avif: { bytes: 30, ms: 700 },
  heif: { bytes: 30, ms: 700 },
}
/** AVIF up to a megapixel is encoded with more effort. */
const avifSmall: Rate = { bytes: 30, ms: 280 }
const avifSmallPixels = 1_000_000
/** AVIF is scaled down to this before encoding. */
const avifMaxPixels = 8_000_000

/** Steps, per pixel of the larger of the frames before and behind them. */
const stepping: Readonly<Record<Step['step'], Rate>> = {
  extract: { bytes: 0, ms: 0.5 },
  resize: { bytes: 0.5, ms: 5 },
  interest: { bytes: 3, ms: 25 },
  flip: { bytes: 4, ms: 4 },
  flop: { bytes: 0, ms: 3 },
  turn: { bytes: 4, ms: 8 },
  rotate: { bytes: 8, ms: 65 },
  extend: { bytes: 0.5, ms: 2 },
  backdrop: { bytes: 20, ms: 110 },
  blur: { bytes: 3, ms: 15 },
  sharpen: { bytes: 3, ms: 70 },
  greyscale: { bytes: 0, ms: 8 },
  modulate: { bytes: 0, ms: 65 },
  flatten: { bytes: 0, ms: 4 },
  median: { bytes: 3, ms: 250 },
  unsharp: { bytes: 16, ms: 35 },
  normalise: { bytes: 6, ms: 70 },
  linear: { bytes: 8, ms: 8 },
  curve: { bytes: 8, ms: 8 },
  recomb: { bytes: 8, ms: 20 },
  vibrance: { bytes: 8, ms: 30 },
  tint: { bytes: 8, ms: 10 },
  shades: { bytes: 12, ms: 70 },
  halftone: { bytes: 8, ms: 40 },
  dither: { bytes: 8, ms: 15 },
  // For each pixel of the window.
  denoise: { bytes: 8, ms: 16 },
  levels: { bytes: 8, ms: 40 },
  within: { bytes: 12, ms: 40 },
  mask: { bytes: 8, ms: 8 },
  // The copy of the frame; what the layer covers stands in `layerCost`.
  composite: { bytes: 8, ms: 8 },
  stencil: { bytes: 8, ms: 12 },
  wash: { bytes: 8, ms: 50 },
  text: { bytes: 16, ms: 40 },
  encircle: { bytes: 8, ms: 35 },
}
/** Fonts and shaping, whatever the size of the picture; a character costs most when its font has to be unpacked. */
const writing = { bytes: 64 * 1024 * 1024, ms: 60, msPerCharacter: 0.5 }
/** Enlarging is done pixel by pixel of the result. */
const enlarging: Rate = { bytes: 8, ms: 60 }
/** Steps that want pixels before them and leave pixels behind. */
const onPixels: ReadonlySet<Step['step']> = new Set([
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
/** Handing pixels from one pass to the next: they are there twice for a moment. */
const handingOver: Rate = { bytes: 8, ms: 3 }
/** A search by size: the pixels, a smaller copy of them, and nine in ten searches take no more encodings. */
const searching: Rate = { bytes: 9, ms: 10 }
const encodesPerSearch = 4
/** Comparing a trial with the original, per pixel of the part that is compared. */
const scoring: Rate = { bytes: 160, ms: 600 }
const mostScoredPixels = 131_072
const trialsPerTarget = 4
/** Describing a picture: at most 256 px a side are looked at, the stand-in is encoded in three formats. */
const describing = { bytes: 8 * 1024 * 1024, ms: 60, side: 256 }
/** Laying a picture over another, per pixel it covers. */
const laying: Rate = { bytes: 0, ms: 60 }
/** Looking for a pixel that is not opaque: all of so many pixels at most are held and looked at. */
const lookingThrough = { bytes: 8, ms: 25, most: 16_000_000 }
/** Finding a fact (trim) looks at every pixel. */
const lookingAt: Rate = { bytes: 12, ms: 140 }

/** Predicts a run with all its outputs. Never throws: a run that will be refused is cheap. */
export function predictCost(source: CostSource, outputs: readonly CostOutput[], run: CostRun): Cost {
  const costs = outputs.map((wanted) => outputCost(source, wanted, run))
  const cpuMs = Math.ceil(fixedMs + costs.reduce((sum, { ms }) => sum + ms, 0))
  const encoded = costs.reduce((sum, { result }) => sum + result, 0)
  const bytes = Math.ceil(fixedBytes + encoded + Math.max(0, ...costs.map((cost) => cost.bytes)))
  // An SVG's header says nothing about the work its filters and references ask for.
  const isSlow = cpuMs > slowFromMs || source.format === 'svg'
  return { bytes, cpuMs, lane: isSlow ? 'slow' : 'fast' }
}

/** Peak bytes and CPU of one output; `result` is what its encoded bytes may take. */
function outputCost(
  source: CostSource,
  { pipeline, output }: CostOutput,
  { orient, pictures = {} }: CostRun,
): { bytes: number; ms: number; result: number } {
  const moves =
    output.kind === 'image' &&
    output.animated &&
    source.pages > 1 &&
    (output.choice?.among ?? [output.format]).some((format) => traitsOf(format).animation)
  const frame = { ...frameOf(source, moves ? source.pages : 1), pictures: factsOf(pictures) }
  const leading = orient ? exifOrientationSteps(source.orientation) : []
  const { steps, looks } = lowered(pipeline, frame, { leading, output })
  const decoded = times(decodingRate(source, steps[0]), pixelsOf(frame))
  let { bytes, ms } = decoded
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
  if (output.kind !== 'image') {
    const through = times(lookingThrough, isLookedThrough(output, before) ? pixelsOf(before) : 0)
    return {
      bytes: Math.max(bytes + through.bytes + describing.bytes, looked.bytes) + layers,
      ms: ms + looked.ms + through.ms + describing.ms,
      result: 0,
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
  return { bytes, ms: step.step === 'denoise' ? ms * (2 * step.radius + 1) ** 2 : ms }
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
  { leading, output }: { readonly leading: readonly Step[]; readonly output: MadeKind },
): { steps: readonly Step[]; looks: number } {
  const steps = [...leading]
  let looks = 0
  let frame = leading.reduce(frameAfter, start)
  try {
    for (const operation of pipeline) {
      if (!hasPictures(operation, frame)) continue
      looks += factsFor(operation).length
      const more = expandWideBlurs(lowerOperation(operation, { ...frame, facts: guesses(frame) }), frame)
      steps.push(...more)
      frame = frameBehind(operation, frame, more)
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
  }
  if (output.kind !== 'image' && !isLookedThrough(output, frame)) steps.push(...shrinking(frame))
  return { steps: rewrite(steps, start, { shrinksOnLoad: true }), looks }
}

/** Whether the picture is looked at whole, where a single pixel counts. */
function isLookedThrough({ kind }: MadeKind, frame: Frame): boolean {
  return kind === 'facts' && frame.hasAlpha && pixelsOf(frame) <= lookingThrough.most
}

function shrinking({ width, height }: Frame): readonly Step[] {
  const scale = describing.side / Math.max(width, height)
  if (scale >= 1) return []
  const side = (length: number) => Math.max(1, Math.round(length * scale))
  return [{ step: 'resize', width: side(width), height: side(height), kernel: 'linear' }]
}

/** Facts that cost the most: nothing is trimmed. */
function guesses({ width, height }: Frame): Facts {
  return { trimBox: { left: 0, top: 0, width, height }, dominantColour: { r: 0, g: 0, b: 0, alpha: 1 } }
}

function decodingRate({ format, isProgressive, space }: CostSource, first: Step | undefined): Rate {
  const shrunk = isShrunkOnLoad({ format }, first) ? decodingShrunk[format] : undefined
  const rate =
    (isProgressive ? decodingProgressive[format] : undefined) ?? shrunk ?? decoding[format] ?? unknownFormat
  const isDeep = space === 'rgb16' || space === 'grey16'
  return isDeep ? { bytes: rate.bytes * 2, ms: rate.ms * 2 } : rate
}

/** Whether the decoder itself shrinks for this first step; what follows sees a few times the result's pixels. */
function isShrunkOnLoad({ format }: Pick<CostSource, 'format'>, first: Step | undefined): boolean {
  return first?.step === 'resize' && decodingShrunk[format] !== undefined
}

/** Searches keep the pixels, and encode them, a part of them or smaller ones again and again. */
function encodingCost(output: ImageOutput, frame: Frame): Rate {
  if (output.choice?.by !== 'size') return oneFormatCost(output, frame)
  const tried = output.choice.among.filter((format) => traitsOf(format).lossy)
  const costs = tried.map((format) => oneFormatCost({ ...output, format }, frame))
  return {
    bytes: Math.max(0, ...costs.map(({ bytes }) => bytes)),
    ms: costs.reduce((sum, { ms }) => sum + ms, 0),
  }
}

function oneFormatCost(output: ImageOutput, frame: Frame): Rate {
  const once = times(encodingRate(output, frame), encodedPixels(output, frame))
  const { choice, target, maxBytes } = output
  if (choice === undefined && target === undefined && maxBytes === undefined) return once
  const held = times(searching, pixelsOf(frame))
  let { bytes, ms } = { bytes: once.bytes + held.bytes, ms: once.ms + held.ms }
  if (target !== undefined) {
    const part = Math.min(mostScoredPixels, pixelsOf(frame))
    const scored = times(scoring, part)
    ms += (trialsPerTarget + 1) * scored.ms + trialsPerTarget * times(encodingRate(output, frame), part).ms
    bytes += scored.bytes
  }
  if (maxBytes !== undefined) ms += (encodesPerSearch - 1) * once.ms
  return { bytes, ms }
}

function encodingRate({ format, lossless }: ImageOutput, frame: Frame): Rate {
  const rate = (lossless ? encodingLossless[format] : undefined) ?? encoding[format] ?? unknownFormat
  return isAv1(format) && !lossless && pixelsOf(frame) <= avifSmallPixels ? avifSmall : rate
}

function encodedPixels({ format }: ImageOutput, frame: Frame): number {
  return isAv1(format) ? Math.min(pixelsOf(frame), avifMaxPixels) : pixelsOf(frame)
}

function isAv1(format: Format): boolean {
  return format === 'avif' || format === 'heif'
}

/** Steps an engine does before or while it resizes, without a pass of their own. */
function isEarly({ step }: Step): boolean {
  return step === 'extract' || step === 'flatten' || step === 'greyscale'
}

function opensPass({ step }: Step): boolean {
  return step === 'resize' || step === 'rotate' || step === 'interest' || onPixels.has(step)
}

function grows(before: Frame, step: Step): boolean {
  return step.step === 'resize' && (step.width > before.width || step.height > before.height)
}

/** Pixels of all frames that are decoded. */
function pixelsOf({ width, height, pages }: Frame): number {
  return width * height * pages
}

function times({ bytes, ms }: Rate, pixels: number): Rate {
  return { bytes: bytes * pixels, ms: (ms * pixels) / 1_000_000 }
}
